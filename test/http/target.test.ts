import { describe, expect, it, test } from 'vitest'
import {
  BAD_ESCAPE,
  DOT_SEGMENT,
  DOUBLE_ENCODING,
  ENCODED_BACKSLASH,
  ENCODED_CONTROL,
  ENCODED_SLASH,
  NOT_ORIGIN_FORM,
  NUL,
  OVERLONG_UTF8,
  QUERY_BAD_ESCAPE,
  QUERY_NUL,
  readTarget,
  TOO_LONG,
} from '../../src/http/target.ts'

type Row = readonly [raw: string, canonical: string, anomalies: number]

function check([raw, canonical, anomalies]: Row): void {
  const { path, query, ...rest } = readTarget(raw)
  expect([path + query, rest.anomalies]).toEqual([canonical, anomalies])
  expect(rest.length).toBe(raw.length)
}

describe('what can be read one way only is brought into one form', () => {
  const rows: readonly Row[] = [
    ['/', '/', 0],
    ['/a/b.c', '/a/b.c', 0],
    ["/-._~!$&'()*+,;=:@", "/-._~!$&'()*+,;=:@", 0],
    ['/%41%7e%2D%5f%30', '/A~-_0', 0],
    ['/%c3%a9%3f%3b', '/%C3%A9%3F%3B', 0],
    ['/%ff', '/%FF', 0],
    ['/é', '/%C3%A9', 0],
    ['/😀x', '/%F0%9F%98%80x', 0],
    ['/a\ud800b', '/a%EF%BF%BDb', 0],
    ['/\udc00', '/%EF%BF%BD', 0],
    ['/ "<>[]^`{|}', '/%20%22%3C%3E%5B%5D%5E%60%7B%7C%7D', 0],
    ['/a//b///c//', '/a/b/c/', 0],
    ['//host.example/a', '/host.example/a', 0],
    ['/...', '/...', 0],
    ['/.well-known/x', '/.well-known/x', 0],
    ['/a/..b/c../.d', '/a/..b/c../.d', 0],
    ['/a;..', '/a;..', 0],
    ['/100%25', '/100%25', 0],
    ['/%2520', '/%2520', 0],
    ['/%253G', '/%253G', 0],
    ['/%252', '/%252', 0],
    ['/%25%32', '/%252', 0],
  ]
  it.each(rows)('reads %j as %j', (...row) => check(row))
})

describe('a query is kept apart from the path', () => {
  const rows: readonly Row[] = [
    ['/?', '/', 0],
    ['/a?b=c&d', '/a?b=c&d', 0],
    ['/a?b?c', '/a?b?c', 0],
    ['/a??', '/a??', 0],
    ['/a?[1]=/../x:@', '/a?[1]=/../x:@', 0],
    ["/a?q='1'", '/a?q=%271%27', 0],
    ['/a?q=%27%41%2f', '/a?q=%27A%2F', 0],
    ['/a?x="<>^`{|}\\', '/a?x=%22%3C%3E%5E%60%7B%7C%7D%5C', 0],
    ['/a?é', '/a?%C3%A9', 0],
    ['/a?x=%252e%0d%5c//', '/a?x=%252e%0D%5C//', 0],
    ['/a?%', '/a?%25', QUERY_BAD_ESCAPE],
    ['/a?%zz%2', '/a?%25zz%252', QUERY_BAD_ESCAPE],
    ['/a?%00', '/a?%00', QUERY_NUL],
    ['/a?\0', '/a?%00', QUERY_NUL],
    ['/%00?%', '/%00?%25', NUL | QUERY_BAD_ESCAPE],
  ]
  it.each(rows)('reads %j as %j', (...row) => check(row))
})

describe('what servers disagree on is named', () => {
  const rows: readonly Row[] = [
    ['/%', '/%25', BAD_ESCAPE],
    ['/%2', '/%252', BAD_ESCAPE],
    ['/%zz', '/%25zz', BAD_ESCAPE],
    ['/%2g', '/%252g', BAD_ESCAPE],
    ['/%é1', '/%25%C3%A91', BAD_ESCAPE],
    ['/%00', '/%00', NUL],
    ['/a\0b', '/a%00b', NUL],
    ['/%01%7f', '/%01%7F', ENCODED_CONTROL],
    ['/a\tb', '/a%09b', ENCODED_CONTROL],
    ['/a%0d%0Ab', '/a%0D%0Ab', ENCODED_CONTROL],
    ['/a%2fb', '/a%2Fb', ENCODED_SLASH],
    ['/a\\b', '/a%5Cb', ENCODED_BACKSLASH],
    ['/a%5cb', '/a%5Cb', ENCODED_BACKSLASH],
    ['/.', '/.', DOT_SEGMENT],
    ['/..', '/..', DOT_SEGMENT],
    ['/./a', '/./a', DOT_SEGMENT],
    ['/a/../b', '/a/../b', DOT_SEGMENT],
    ['/a//../b', '/a/../b', DOT_SEGMENT],
    ['/a/%2e%2E/b', '/a/../b', DOT_SEGMENT],
    ['/a/.%2e', '/a/..', DOT_SEGMENT],
    ['/a/..;x/b', '/a/..;x/b', DOT_SEGMENT],
    ['/a/.;/b', '/a/.;/b', DOT_SEGMENT],
    ['/a/..%3bx/b', '/a/..%3Bx/b', DOT_SEGMENT],
    ['/a%2f..', '/a%2F..', DOT_SEGMENT | ENCODED_SLASH],
    ['/a%2f%2e%2e%2fb', '/a%2F..%2Fb', DOT_SEGMENT | ENCODED_SLASH],
    ['/a/..%5Cb', '/a/..%5Cb', DOT_SEGMENT | ENCODED_BACKSLASH],
    ['/a\\..\\b', '/a%5C..%5Cb', DOT_SEGMENT | ENCODED_BACKSLASH],
    ['/%252e%252E', '/%252e%252E', DOUBLE_ENCODING],
    ['/%252f', '/%252f', DOUBLE_ENCODING],
    ['/%255C', '/%255C', DOUBLE_ENCODING],
    ['/%2500', '/%2500', DOUBLE_ENCODING],
    ['/%25252e', '/%25252e', DOUBLE_ENCODING],
    ['/%25%32%65', '/%252e', DOUBLE_ENCODING],
    ['/%252%46', '/%252F', DOUBLE_ENCODING],
    ['/%25%35c', '/%255c', DOUBLE_ENCODING],
  ]
  it.each(rows)('reads %j as %j with anomalies', (...row) => check(row))
})

describe('what is no path is not read at all', () => {
  it.each(['', '*', 'a', '?a', ' /a', 'http://host.example/a', 'host.example:443', '/a#b', '/a?b#c', '/#'])(
    '%j is not in origin-form',
    (raw) => {
      check([raw, '/', NOT_ORIGIN_FORM])
      expect(readTarget(raw).parameters).toBe(0)
    },
  )

  it('reads 64 KiB and nothing longer', () => {
    const longest = `/${'a'.repeat(65_535)}`
    check([longest, longest, 0])
    check([`${longest}a`, '/', TOO_LONG])
    check([`*${longest}`, '/', TOO_LONG])
  })
})

test('parameters are counted by their separators', () => {
  const counts = ['/a', '/a?', '/a?b', '/a?b=1&c', '/a?&&', '/a&b?c;d', '/a?b%26c'].map(
    (raw) => readTarget(raw).parameters,
  )
  expect(counts).toEqual([0, 0, 1, 2, 3, 1, 1])
})

describe('overlong UTF-8', () => {
  it.each(['/%c0%ae%c0%ae/', '/a%C1%9Cb', '/%e0%80%af', '/%F0%80%80%af'])('in %s is named', (raw) => {
    expect(readTarget(raw).anomalies & OVERLONG_UTF8).toBe(OVERLONG_UTF8)
  })

  it.each(['/%C3%A4', '/%E2%82%AC', '/%F0%9F%98%80', '/%C0-propos', '/?q=%C0%AE'])('is not in %s', (raw) => {
    expect(readTarget(raw).anomalies & OVERLONG_UTF8).toBe(0)
  })
})

describe('an escape of an escape', () => {
  it.each(['/%2561dmin', '/%252e', '/a%255c', '/%2500', '/%252525', '/%25%36%31dmin', '/%257E'])(
    'that hides a character in %s is named',
    (raw) => {
      expect(readTarget(raw).anomalies & DOUBLE_ENCODING).toBe(DOUBLE_ENCODING)
    },
  )

  it.each(['/100%25', '/100%25-off', '/a%2520b', '/%25%zz', '/a%25C3%25A4'])('hides none in %s', (raw) => {
    expect(readTarget(raw).anomalies & DOUBLE_ENCODING).toBe(0)
  })
})
