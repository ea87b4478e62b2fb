import { describe, expect, test } from 'vitest'
import { printDecision, shorten } from '../../../src/cli/start/print-decision.ts'

const line = (record: object): string => JSON.stringify(record)

describe('a decision in the terminal', () => {
  test('of the edge shows status, action, rule, request and id', () => {
    const record = {
      door: 'edge',
      kind: 'decision',
      request_id: 'id-1',
      action: 'block',
      rule: 'access.list',
      status: 403,
      method: 'GET',
      path: '/a',
      client: { ip: '192.0.2.1' },
      route: 'site',
    }
    expect(shorten(line(record))).toBe('edge    403 block  access.list  GET /a  192.0.2.1  id-1')
  })

  test('of a pass shows the route, and a dash for a client that nobody knows', () => {
    const record = {
      kind: 'decision',
      request_id: 'i',
      action: 'pass',
      status: 200,
      method: 'GET',
      path: '/',
      route: 'site',
    }
    expect(shorten(line(record))).toBe('edge    200 pass  site  GET /  -  i')
  })

  test('of records left out shows their counts by rule', () => {
    expect(shorten(line({ kind: 'left-out', counts: { pass: 7, 'limits.flood': 30 } }))).toBe(
      'edge    … and 7 × pass, 30 × limits.flood more, not written one by one',
    )
  })

  test('of the origin shows refusals only: the edge has told of the rest', () => {
    expect(shorten(line({ door: 'origin', ok: false, status: 401, failure: 'unsigned' }))).toBe(
      'origin  401 refused  unsigned',
    )
    expect(shorten(line({ door: 'origin', ok: true, signed: true }))).toBeUndefined()
  })

  test.each(['not JSON at all', line({ door: 'edge', kind: 'not-ready', problem: 'no keys' })])(
    'that it does not know is shown as it is: %s',
    (text) => {
      expect(shorten(text)).toBe(text)
    },
  )

  test('is written as one line, or not at all', () => {
    const written: string[] = []
    const out = { write: (text: string) => written.push(text) } as unknown as NodeJS.WritableStream
    printDecision(line({ door: 'origin', ok: true }), out)
    printDecision('plain', out)
    expect(written).toEqual(['plain\n'])
  })
})
