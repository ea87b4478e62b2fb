import { describe, expect, it } from 'vitest'
import type { LogRequest } from '../../../src/cli/replay/log-request.ts'
import { toFacts } from '../../../src/cli/replay/to-facts.ts'

const REQUEST: LogRequest = {
  time: 0,
  client: '::ffff:203.0.113.7',
  method: 'GET',
  target: '/%61//b?x',
  protocol: 'HTTP/2.0',
  headers: [['user-agent', 'curl']],
}
const MISSING = { host: 'www.example.com', scheme: 'https' } as const

describe('toFacts', () => {
  it('reads target, host and address as the edge does', () => {
    const facts = toFacts({ ...REQUEST, host: 'WWW.Example.com.:443' }, { ...MISSING, host: 'other.example' })
    expect(facts.target).toMatchObject({ path: '/a/b', query: '?x' })
    expect(facts.host).toMatchObject({ name: 'www.example.com', trailingDot: true })
    expect(facts.client).toEqual({ address: { version: 4, value: 0xcb007107 }, protocol: 'HTTP/2.0' })
    expect(facts.headers.get('user-agent')).toBe('curl')
  })

  it('fills in host and scheme only where the log has none', () => {
    expect(toFacts(REQUEST, MISSING)).toMatchObject({ host: { name: 'www.example.com' }, scheme: 'https' })
    const known = { ...REQUEST, host: 'a.example', scheme: 'http' } as const
    expect(toFacts(known, MISSING)).toMatchObject({ host: { name: 'a.example' }, scheme: 'http' })
  })

  it('passes on country, ASN, data centre and TLS version', () => {
    const known = { country: 'DE', asn: 64500, colo: 'FRA', tls: 'TLSv1.3' }
    expect(toFacts({ ...REQUEST, ...known }, MISSING).client).toMatchObject(known)
  })

  it('takes the size of a request for its content length where none was logged', () => {
    const post = { ...REQUEST, method: 'POST', requestBytes: 900 }
    expect(toFacts(post, MISSING).headers.get('content-length')).toBe('900')
    expect(
      toFacts({ ...post, headers: [['content-length', '7']] }, MISSING).headers.get('content-length'),
    ).toBe('7')
    const chunked = toFacts({ ...post, headers: [['transfer-encoding', 'chunked']] }, MISSING)
    expect(chunked.headers.get('content-length')).toBeUndefined()
    expect(toFacts({ ...post, method: 'GET' }, MISSING).headers.get('content-length')).toBeUndefined()
  })

  it('has no address for a client that is logged by name', () => {
    expect(toFacts({ ...REQUEST, client: 'client.example.net' }, MISSING).client.address).toBeUndefined()
  })
})
