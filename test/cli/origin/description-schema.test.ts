import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readDescription } from '../../../src/cli/origin/description-schema.ts'

const LEAST = { authorities: ['Origin.Example:443'] }

test('a description with nothing but an authority has everything else by default', () => {
  const result = readDescription(LEAST)
  expect(result).toEqual({
    ok: true,
    description: {
      keys: '/etc/sallyport/origin.jwks.json',
      listen: { kind: 'tcp', host: '127.0.0.1', port: 8080 },
      upstream: { kind: 'tcp', host: '127.0.0.1', port: 3000 },
      authorities: ['origin.example'],
      scheme: 'https',
      unsigned: [],
      facts: [],
      skew: 5,
      maxTtl: 45,
      rate: 1000,
      server: { kind: 'tcp', host: '127.0.0.1', port: 9190 },
      kubernetes: { name: 'sallyport', namespace: 'default' },
    },
  })
})

test('hosts are written as the verifier compares them, each once', () => {
  const authorities = ['A.example', 'a.example:80', 'a.example:8080', '[2001:DB8::1]:80']
  const result = readDescription({ authorities, scheme: 'http' })
  expect(result.ok && result.description.authorities).toEqual([
    'a.example',
    'a.example:8080',
    '[2001:db8::1]',
  ])
})

test.each([
  [{}, 'authorities', 'is missing'],
  [{ authorities: [] }, 'authorities', 'must name at least one host'],
  [
    { authorities: ['a b'] },
    'authorities[0]',
    'must be a host as the edge sends it, as origin.example or 10.0.0.7:8443',
  ],
  [{ ...LEAST, keys: 'origin.jwks.json' }, 'keys', /absolute path/],
  [{ ...LEAST, upstream: '127.0.0.1' }, 'upstream', 'must be a host and a port, as 127.0.0.1:8080'],
  [{ ...LEAST, upstream: 3000 }, 'upstream', 'must be a host and a port, as 127.0.0.1:8080'],
  [{ ...LEAST, server: 'unix:relative' }, 'server', /unix:/],
  [{ ...LEAST, unsigned: ['/a?b'] }, 'unsigned[0]', 'must be a plain path, as /healthz'],
  [{ ...LEAST, facts: ['age'] }, 'facts[0]', /^must be one of country, asn/],
  [{ ...LEAST, max_ttl: 61 }, 'max_ttl', 'must be a whole number from 1 to 60'],
  [{ ...LEAST, skew: 1.5 }, 'skew', 'must be a whole number from 0 to 30'],
  [{ ...LEAST, tls: { certificate: '/a.pem' } }, 'tls.key', 'is missing'],
  [{ ...LEAST, kubernetes: { name: 'Not_A_Label' } }, 'kubernetes.name', /RFC 1123/],
  [{ ...LEAST, upstreams: '' }, '', /^has upstreams; known are keys, listen/],
])('%j is refused with the place and what is expected', (value, where, what) => {
  const result = readDescription(value)
  if (result.ok) throw new Error('it was accepted')
  expect(result.problems).toEqual([
    { where, what: typeof what === 'string' ? what : expect.stringMatching(what) },
  ])
})

test('no text can bring a quote, a space, a line feed or a dollar sign into a configuration', () => {
  const bad = fc.string({ unit: 'grapheme' }).filter((text) => /[\s"'$`;#{}\\%()|&<>]/.test(text))
  const anyField = fc.constantFrom('keys', 'listen', 'upstream', 'server', 'scheme')
  fc.assert(
    fc.property(anyField, bad, (field, text) => {
      expect(readDescription({ ...LEAST, [field]: text }).ok).toBe(false)
      expect(readDescription({ ...LEAST, [field]: `127.0.0.1:80${text}` }).ok).toBe(false)
      expect(readDescription({ ...LEAST, [field]: `/a/b${text}` }).ok).toBe(false)
    }),
  )
  fc.assert(
    fc.property(bad, (text) => {
      expect(readDescription({ authorities: [`a.example${text}`] }).ok).toBe(false)
      expect(readDescription({ ...LEAST, unsigned: [`/a${text}`] }).ok).toBe(false)
      expect(readDescription({ ...LEAST, kubernetes: { namespace: `a${text}` } }).ok).toBe(false)
    }),
  )
})
