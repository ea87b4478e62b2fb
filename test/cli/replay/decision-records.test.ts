import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDecisionLine } from '../../../src/cli/replay/decision-records.ts'
import { detectLogFormat } from '../../../src/cli/replay/log-format.ts'

const line = (row: unknown): Buffer => Buffer.from(JSON.stringify(row))
const parse = (row: unknown) => parseDecisionLine(line(row))
const RECORD = {
  door: 'edge',
  kind: 'decision',
  time: '2026-11-22T10:00:00.500Z',
  request_id: 'x',
  action: 'block',
  status: 403,
  method: 'GET',
  host: 'www.example.com',
  path: '/a',
  query: 'b=é',
  client: { ip: '203.0.113.7', country: 'DE', asn: 64500, colo: 'FRA' },
  policy: '0123456789abcdef',
  duration_ms: 1,
}

describe('parseDecisionLine', () => {
  it('reads what a decision record knows of its request', () => {
    expect(parse(RECORD)).toEqual({
      kind: 'request',
      request: {
        time: Date.UTC(2026, 10, 22, 10, 0, 0, 500),
        client: '203.0.113.7',
        method: 'GET',
        host: 'www.example.com',
        target: '/a?b=%C3%A9',
        protocol: 'HTTP/1.1',
        headers: [],
        country: 'DE',
        asn: 64500,
        colo: 'FRA',
        status: 403,
      },
    })
  })

  it('reads a record without client or query, as a deployed edge may log it', () => {
    const { door: _door, query: _query, client: _client, ...rest } = RECORD
    expect(parse(rest)).toMatchObject({ kind: 'request', request: { target: '/a', client: '-' } })
  })

  it.each([
    ['of the origin', { door: 'origin', ok: true }],
    ['that counts what was left out', { kind: 'left-out', counts: {} }],
    ['of an own endpoint', { ...RECORD, path: '/.sallyport/health' }],
  ])('takes a line %s for no request', (_name, row) => {
    expect(parse(row)).toEqual({ kind: 'empty' })
  })

  it.each([
    [{}],
    [[]],
    [null],
    [{ ...RECORD, time: 'yesterday' }],
    [{ ...RECORD, path: 5 }],
    [{ ClientIP: '1.1.1.1' }],
  ])('refuses %j with a reason', (row) => {
    expect(parse(row)).toMatchObject({ kind: 'bad', reason: expect.any(String) })
  })

  it('never throws', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => parse(value).kind !== undefined))
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => parseDecisionLine(Buffer.from(bytes)).kind !== undefined),
    )
  })
})

describe('detectLogFormat', () => {
  const logpush = line({
    ClientIP: '203.0.113.1',
    ClientRequestMethod: 'GET',
    ClientRequestURI: '/',
    EdgeStartTimestamp: '2026-06-09T02:00:01Z',
  })

  it('tells decision records from Logpush', () => {
    expect(detectLogFormat([line(RECORD), line({ door: 'origin' })])).toBe('decisions')
    expect(detectLogFormat([logpush, logpush])).toBe('logpush')
    expect(detectLogFormat([logpush, line({ other: 1 })])).toBe('logpush')
  })
})
