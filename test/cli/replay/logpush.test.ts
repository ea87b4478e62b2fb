import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseLogpushLine } from '../../../src/cli/replay/logpush.ts'

const parse = (row: unknown) => parseLogpushLine(Buffer.from(JSON.stringify(row)))
const LEAST = {
  ClientIP: '203.0.113.1',
  ClientRequestMethod: 'GET',
  ClientRequestURI: '/',
  EdgeStartTimestamp: '2026-06-09T02:00:01Z',
}

describe('parseLogpushLine', () => {
  it('reads everything the policy can ask for', () => {
    const row = {
      ...LEAST,
      ClientCountry: 'de',
      ClientASN: 64500,
      ClientRequestHost: 'www.example.com',
      ClientRequestScheme: 'https',
      ClientRequestProtocol: 'HTTP/2',
      ClientRequestUserAgent: 'curl/8',
      ClientRequestReferer: 'https://x.example/',
      ClientRequestURI: '/a?b=\u00e9',
      ClientSSLProtocol: 'TLSv1.3',
      ClientRequestBytes: 812,
      EdgeColoCode: 'FRA',
      EdgeResponseStatus: 200,
      RequestHeaders: { Cookie: 'a=1', 'user-agent': 'from headers', host: 'other' },
    }
    expect(parse(row)).toEqual({
      kind: 'request',
      request: {
        time: Date.UTC(2026, 5, 9, 2, 0, 1),
        client: '203.0.113.1',
        method: 'GET',
        target: '/a?b=%C3%A9',
        protocol: 'HTTP/2',
        scheme: 'https',
        host: 'www.example.com',
        country: 'DE',
        asn: 64500,
        colo: 'FRA',
        tls: 'TLSv1.3',
        status: 200,
        requestBytes: 812,
        headers: [
          ['cookie', 'a=1'],
          ['user-agent', 'from headers'],
          ['referer', 'https://x.example/'],
        ],
      },
    })
  })

  it('makes do with the four fields it needs', () => {
    const parsed = parse(LEAST)
    expect(parsed.kind === 'request' && Object.keys(parsed.request)).toEqual([
      'time',
      'client',
      'method',
      'target',
      'protocol',
      'headers',
    ])
  })

  it('puts path and query together when the job has no URI', () => {
    const { ClientRequestURI: _, ...rest } = LEAST
    for (const query of ['?x=1', 'x=1']) {
      const parsed = parse({ ...rest, ClientRequestPath: '/p', ClientRequestQuery: query })
      expect(parsed.kind === 'request' && parsed.request.target).toBe('/p?x=1')
    }
  })

  it('reads numbers that a pipeline has turned into text, and takes 0 for unknown', () => {
    const parsed = parse({ ...LEAST, ClientASN: '64500', EdgeResponseStatus: 0, OriginResponseStatus: '502' })
    expect(parsed).toMatchObject({ request: { asn: 64500, status: 502 } })
    expect(parse({ ...LEAST, ClientASN: 0 })).not.toHaveProperty('request.asn')
  })

  it.each([
    ['ClientIP', 'ClientIP is missing'],
    ['ClientRequestMethod', 'ClientRequestMethod is missing'],
    ['ClientRequestURI', 'ClientRequestURI and ClientRequestPath are missing'],
    ['EdgeStartTimestamp', 'EdgeStartTimestamp is missing'],
  ])('says that %s is missing', (field, reason) => {
    const parsed = parse({ ...LEAST, [field]: undefined })
    expect(parsed.kind === 'bad' && parsed.reason).toContain(reason)
  })

  it.each(['', '{', '[]', 'null', '"x"', '{"content":"test"}'])('refuses %j', (text) => {
    expect(parseLogpushLine(Buffer.from(text)).kind).toBe('bad')
  })

  it('keeps a bounded number of header fields', () => {
    const RequestHeaders = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`x-${i}`, 'v']))
    const parsed = parse({ ...LEAST, RequestHeaders })
    expect(parsed.kind === 'request' && parsed.request.headers.length).toBe(256)
  })

  it('never throws, whatever the values', () => {
    const row = fc.record(
      Object.fromEntries(
        ['ClientIP', 'ClientASN', 'EdgeStartTimestamp', 'RequestHeaders', 'ClientRequestURI'].map((key) => [
          key,
          fc.jsonValue(),
        ]),
      ),
    )
    fc.assert(fc.property(row, (values) => void parse({ ...LEAST, ...values })))
  })
})
