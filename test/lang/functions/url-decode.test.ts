import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeUrl } from '../../../src/lang/functions/url-decode.ts'
import { toBytes } from '../../../src/lang/value.ts'
import { callFunction as call, checkFunction as check } from './call-function.ts'

const escapes = fc
  .array(
    fc.constantFrom(
      '%',
      '25',
      '2',
      '5',
      '2B',
      '41',
      '+',
      'u',
      'U',
      'u0025',
      'uD83D',
      '%uDE00',
      'u2601',
      'z',
      '%25',
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''))

/** Decoding as it is defined: again, until nothing changes. */
function decodeRepeatedly(source: string, options: string): string {
  let current = source
  for (;;) {
    const next = decodeUrl(current, options)
    if (next === current) return current
    current = next
  }
}

describe('url_decode', () => {
  test('decodes escapes and plus signs once', () => {
    expect(call('url_decode', 'John%20Doe+x')).toBe('John Doe x')
    expect(call('url_decode', '%2520')).toBe('%20')
    expect(call('url_decode', '%e4%bd')).toBe('\xe4\xbd')
  })

  test('leaves what is no whole escape', () => {
    expect(call('url_decode', '%')).toBe('%')
    expect(call('url_decode', '%2')).toBe('%2')
    expect(call('url_decode', '%zz%4')).toBe('%zz%4')
    expect(call('url_decode', '%u2601')).toBe('%u2601')
  })

  test('decodes %uXXXX to UTF-8 with u', () => {
    expect(call('url_decode', '%u2601', 'u')).toBe('\xe2\x98\x81')
    expect(call('url_decode', '%U0041', 'u')).toBe('A')
    expect(call('url_decode', '%uD83D%uDE00', 'u')).toBe(toBytes('😀'))
    expect(call('url_decode', '%uD83D%u0041', 'u')).toBe('%uD83DA')
    expect(call('url_decode', '%uDE00', 'u')).toBe('%uDE00')
  })

  test('decodes until nothing changes with r', () => {
    expect(call('url_decode', '%2520', 'r')).toBe(' ')
    expect(call('url_decode', '%252525252541', 'r')).toBe('A')
    expect(call('url_decode', '%252B', 'r')).toBe(' ')
    expect(call('url_decode', '%25u2601', 'ur')).toBe('\xe2\x98\x81')
    expect(call('url_decode', '%%32%35', 'r')).toBe('%')
  })

  test('with r gives what repeated decoding gives', () => {
    fc.assert(
      fc.property(escapes, fc.constantFrom('', 'u'), (source, unicode) => {
        expect(decodeUrl(source, `r${unicode}`)).toBe(decodeRepeatedly(source, unicode))
      }),
      { numRuns: 5000 },
    )
  })

  test('decodes a megabyte of nested escapes', () => {
    const source = `%${'25'.repeat(500_000)}41`
    expect(call('url_decode', source, 'r')).toBe('A')
  })

  test('knows two options', () => {
    expect(check('url_decode', undefined, 'ru')).toBeUndefined()
    expect(check('url_decode', undefined, 'x')).toEqual({
      index: 1,
      message: 'there is no option "x"',
      fix: 'The options are "r" and "u".',
    })
  })
})
