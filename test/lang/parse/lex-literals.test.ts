import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lexBytes } from '../../../src/lang/parse/lex-bytes.ts'
import { LexFailure } from '../../../src/lang/parse/lex-failure.ts'
import { lexInt, lexIntRange } from '../../../src/lang/parse/lex-int.ts'
import { lexIp, lexIpRange } from '../../../src/lang/parse/lex-ip.ts'
import { lexRegex } from '../../../src/lang/parse/lex-regex.ts'
import { lexWildcard } from '../../../src/lang/parse/lex-wildcard.ts'
import type { Lexed } from '../../../src/lang/parse/lexed.ts'
import { printBytes } from '../../../src/lang/print-literal.ts'
import { toBytes } from '../../../src/lang/value.ts'

/** The value when all is read. */
function whole<T>(lex: (source: string, at: number) => Lexed<T>, text: string): T {
  const source = toBytes(text)
  const { value, at } = lex(source, 0)
  expect(at).toBe(source.length)
  return value
}

function failure(lex: (source: string, at: number) => unknown, text: string): LexFailure {
  try {
    lex(toBytes(text), 0)
  } catch (error) {
    if (error instanceof LexFailure) return error
  }
  throw new Error(`${text} was accepted`)
}

describe('numbers', () => {
  test('are decimal, hexadecimal or octal', () => {
    expect(['0', '443', '-5', '0x1bB', '0673'].map((text) => whole(lexInt, text))).toEqual([
      0, 443, -5, 443, 443,
    ])
  })

  test('outside the safe integers stay exact as text', () => {
    expect(whole(lexInt, '9007199254740991')).toBe(9007199254740991)
    expect(whole(lexInt, '9007199254740993')).toBe('9007199254740993')
    expect(whole(lexInt, '0x7fffffffffffffff')).toBe('9223372036854775807')
    expect(whole(lexInt, '-9223372036854775808')).toBe('-9223372036854775808')
  })

  test('ranges compare exactly', () => {
    expect(whole(lexIntRange, '9007199254740992..9007199254740993')).toEqual({
      from: '9007199254740992',
      to: '9007199254740993',
    })
    expect(failure(lexIntRange, '9007199254740993..9007199254740992').kind).toBe('incompatible-range-bounds')
  })

  test('a digit that looks decimal after a leading zero is explained', () => {
    expect(failure(lexInt, '080').fix).toBe('A leading zero means octal: write 80.')
  })
})

describe('addresses', () => {
  test('come back in canonical text', () => {
    expect(whole(lexIp, '2001:DB8:0:0::1')).toBe('2001:db8::1')
    expect(whole(lexIp, '192.0.2.1')).toBe('192.0.2.1')
  })

  test('an IPv4-mapped one stays IPv6', () => {
    expect(whole(lexIp, '::ffff:1.2.3.4')).toBe('::ffff:102:304')
    expect(whole(lexIpRange, '::ffff:1.2.3.4')).toEqual({ from: '::ffff:102:304', to: '::ffff:102:304' })
    expect(whole(lexIpRange, '::ffff:0.0.0.0/96')).toEqual({ from: '::ffff:0:0', to: '::ffff:ffff:ffff' })
    expect(failure(lexIpRange, '1.2.3.4..::ffff:1.2.3.5').kind).toBe('incompatible-range-bounds')
  })

  test.each([
    ['10.0.0.0/8', '10.0.0.0', '10.255.255.255'],
    ['0.0.0.0/0', '0.0.0.0', '255.255.255.255'],
    ['192.0.2.128/25', '192.0.2.128', '192.0.2.255'],
    ['::/0', '::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['2001:db8::/33', '2001:db8::', '2001:db8:7fff:ffff:ffff:ffff:ffff:ffff'],
    ['::1/128', '::1', '::1'],
    ['12.34.56.78', '12.34.56.78', '12.34.56.78'],
    ['10.0.0.0..127.0.0.1', '10.0.0.0', '127.0.0.1'],
  ])('%s is from %s to %s', (text, from, to) => {
    expect(whole(lexIpRange, text)).toEqual({ from, to })
  })

  test.each([
    ['1.2', 'Write all four numbers, as 1.2.0.0.'],
    ['10/8', 'Write all four numbers, as 10.0.0.0.'],
    ['1.2.3.004', 'Write 1.2.3.4 if the numbers are decimal.'],
    ['1.2.3.4/24', 'Write 1.2.3.0/24 for the network or 1.2.3.4 for the one address.'],
    ['10.0.0.0/08', 'Write a number from 0 to 32 without leading zeros after the /.'],
    ['::/129', 'Write a number from 0 to 128 without leading zeros after the /.'],
    ['2.0.0.0..1.0.0.0', 'Write the lower address first: 1.0.0.0..2.0.0.0.'],
  ])('%s is refused: %s', (text, fix) => {
    expect(failure(lexIpRange, text).fix).toBe(fix)
  })
})

describe('strings', () => {
  test('the three forms give the same bytes', () => {
    const texts = ['"a\\x3ab\\\\"', 'r"a:b\\"', 'r#"a:b\\"#', '61:3a-62.5C']
    expect(texts.map((text) => whole(lexBytes, text))).toEqual(Array(4).fill('a:b\\'))
  })

  test('text becomes its UTF-8', () => {
    expect(whole(lexBytes, '"é"')).toBe('\xc3\xa9')
    expect(whole(lexBytes, 'r"é"')).toBe('\xc3\xa9')
  })

  test('a raw string has at most 255 hash signs', () => {
    const hashes = '#'.repeat(255)
    expect(whole(lexBytes, `r${hashes}"a"${hashes}`)).toBe('a')
    expect(failure(lexBytes, `r#${hashes}"a"#${hashes}`).kind).toBe('invalid-raw-string')
  })

  test('any bytes survive being printed and read', () => {
    const bytes = fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 40 })
    fc.assert(
      fc.property(
        fc.oneof(
          bytes.map((list) => String.fromCharCode(...list)),
          fc.string({ unit: 'binary' }).map(toBytes),
        ),
        (value) => {
          expect(whole(lexBytes, printBytes(value))).toBe(value)
        },
      ),
    )
  })
})

describe('the literal of a regular expression', () => {
  test('keeps its backslashes, and a quote in a class does not end it', () => {
    expect(whole(lexRegex, '"a\\.b\\\\[\\"]\\""').source).toBe('a\\.b\\\\[\\"]"')
    expect(whole(lexRegex, 'r#"a"b"#')).toEqual({ source: 'a"b', span: [3, 6] })
  })
})

describe('patterns', () => {
  test('stars may be escaped', () => {
    expect(whole(lexWildcard, 'r"*\\**\\\\"')).toBe('*\\**\\\\')
  })

  test.each(['"a**"', 'r"\\a"', 'r"a\\"'])('%s is refused', (text) => {
    const { kind, start, end } = failure(lexWildcard, text)
    expect({ kind, start, end }).toEqual({ kind: 'parse-wildcard', start: 0, end: text.length })
  })

  test('have at most 64 stars', () => {
    expect(whole(lexWildcard, `"${'*a'.repeat(64)}"`)).toHaveLength(128)
    expect(failure(lexWildcard, `"${'*a'.repeat(65)}"`).message).toContain('65 star metacharacters')
  })
})
