import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { scanHeaderPairs, scanHeaders } from '../../src/http/headers.ts'

describe('a header section', () => {
  it('loses what another hop would believe, in any case, and still tells the edge of it', () => {
    const scan = scanHeaderPairs([
      ['X-FORWARDED-for', '203.0.113.1'],
      ['Sallyport-Client', 'ip="203.0.113.1"'],
      ['CF-Connecting-IP', '203.0.113.2'],
      ['Accept', '*/*'],
    ])
    expect(Object.fromEntries(scan.copyKept())).toEqual({ accept: '*/*' })
    expect(scan.get('x-forwarded-for')).toBe('203.0.113.1')
    expect(scan.get('cf-connecting-ip')).toBe('203.0.113.2')
    expect(scan.get('accept')).toBe('*/*')
    expect(scan.get('x-none')).toBeUndefined()
  })

  it('loses what Connection names, in any case and with blanks, however often it is sent', () => {
    const scan = scanHeaderPairs([
      ['x-a', '1'],
      ['X-B', '2'],
      ['x-c', '3'],
      ['connection', 'close,  X-A ,,x-none'],
      ['Connection', 'x-b'],
    ])
    expect(Object.fromEntries(scan.copyKept())).toEqual({ 'x-c': '3' })
    expect([scan.get('x-a'), scan.get('x-b')]).toEqual(['1', '2'])
  })

  it('loses fields with an underscore, and counts them', () => {
    const scan = scanHeaderPairs([
      ['X_Forwarded_For', '203.0.113.1'],
      ['content_length', '5'],
      ['x-a', 'b_c'],
    ])
    expect(Object.fromEntries(scan.copyKept())).toEqual({ 'x-a': 'b_c' })
    expect(scan.underscored).toBe(2)
    expect(scan.get('content_length')).toBeUndefined()
  })

  it('joins repeated fields with a comma, and Cookie with a semicolon', () => {
    const scan = scanHeaderPairs([
      ['Accept', 'a'],
      ['cookie', 'a=1'],
      ['accept', 'b'],
      ['Cookie', 'b=2; c=3'],
      ['Content-Length', '5'],
      ['content-length', '6'],
    ])
    expect(Object.fromEntries(scan.copyKept())).toEqual({ accept: 'a, b', cookie: 'a=1; b=2; c=3' })
    expect(scan.get('content-length')).toBe('5, 6')
  })

  it('is measured as received, with what it loses', () => {
    const scan = scanHeaderPairs([
      ['X-Real-IP', '1234'],
      ['a_b', '123456'],
      ['x', ''],
    ])
    expect(scan).toMatchObject({ count: 3, bytes: 9 + 4 + 3 + 6 + 1, longestValue: 6 })
    expect(scanHeaderPairs([])).toMatchObject({ count: 0, bytes: 0, longestValue: 0, underscored: 0 })
  })

  it('may use the names of what every object inherits', () => {
    const scan = scanHeaderPairs([
      ['constructor', 'a'],
      ['__proto__', 'b'],
      ['connection', '__proto__, toString, valueof'],
    ])
    expect([...scan.copyKept()]).toEqual([['constructor', 'a']])
    expect(scan.get('constructor')).toBe('a')
    expect(scan.underscored).toBe(1)
    for (const name of ['__proto__', 'tostring', 'toString', 'hasOwnProperty']) {
      expect(scan.get(name)).toBeUndefined()
      expect(scanHeaderPairs([]).get(name)).toBeUndefined()
    }
    expect(({} as Record<string, unknown>).b).toBeUndefined()
  })
})

const name = fc.constantFrom(
  ...['accept', 'Cookie', 'X-A', 'x-a', 'X-B', 'Host', 'Via', 'signature-x', 'x_y', 'constructor', 'te'],
)
const pairs = fc.array(fc.tuple(name, fc.constantFrom('a', 'b c', 'x-a', 'X-B;q=1')), { maxLength: 8 })

test('every field is forwarded, held back or dropped, and none is two of these', () => {
  fc.assert(
    fc.property(pairs, fc.subarray(['x-a', 'cookie', 'close']), (fields, nominated) => {
      const all: [string, string][] = [...fields, ['Connection', nominated.join(', ')]]
      const scan = scanHeaderPairs(all)
      for (const [written] of fields) {
        const lower = written.toLowerCase()
        const stays = ['accept', 'cookie', 'x-a', 'x-b', 'constructor'].includes(lower)
        expect(scan.copyKept().has(lower)).toBe(stays && !nominated.includes(lower))
        const values = all.filter(([other]) => other.toLowerCase() === lower).map(([, value]) => value)
        const joined = values.join(lower === 'cookie' ? '; ' : ', ')
        expect(scan.get(lower)).toBe(lower.includes('_') ? undefined : joined)
      }
    }),
  )
})

test('a Headers object is read like the pairs it holds', () => {
  fc.assert(
    fc.property(pairs, (fields) => {
      const headers = new Headers(fields)
      const scan = scanHeaders(headers)
      const expected = scanHeaderPairs(headers)
      expect(scan).toMatchObject({ count: expected.count, bytes: expected.bytes })
      expect(Object.fromEntries(scan.copyKept())).toEqual(Object.fromEntries(expected.copyKept()))
      expect(Object.fromEntries(scan.copyKept())).toEqual(
        Object.fromEntries(scanHeaderPairs(fields).copyKept()),
      )
    }),
  )
})
