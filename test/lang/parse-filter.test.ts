import { describe, expect, test } from 'vitest'
import type { LogicalNode } from '../../src/lang/ast.ts'
import { type FilterError, formatFilterError } from '../../src/lang/filter-error.ts'
import { parseFilter } from '../../src/lang/parse-filter.ts'
import { parseValue } from '../../src/lang/parse-value.ts'
import type { FieldDefinition, ListKind, Scheme, Signature } from '../../src/lang/scheme.ts'
import { parseType } from '../../src/lang/type.ts'
import { walkNodes } from '../../src/lang/walk-nodes.ts'

const FIELDS: Readonly<Record<string, string>> = {
  'http.host': 'Bytes',
  'http.request.uri.path': 'Bytes',
  'http.request.headers': 'Map(Array(Bytes))',
  'http.request.headers.names': 'Array(Bytes)',
  'ip.src': 'Ip',
  'ip.src.country': 'Bytes',
  'cf.bot_management.score': 'Int',
  ssl: 'Bool',
  flags: 'Array(Bool)',
  'flags.nested': 'Array(Array(Bool))',
  'flags.named': 'Map(Bool)',
}

const ONE_BYTES: Signature = { required: [{ kind: 'field', types: ['Bytes'] }], returns: () => 'Bytes' }

const SCHEME: Scheme = {
  fields: new Map<string, FieldDefinition>([
    ...Object.entries(FIELDS).map(([name, type]) => [name, { type: parseType(type) }] as const),
    ['ip.geoip.country', { type: 'Bytes', alias: 'ip.src.country' }],
    ['cf.tls_client_random', { type: 'Bytes', unavailable: 'Workers do not see the TLS handshake.' }],
    ['cf.old_random', { type: 'Bytes', alias: 'cf.tls_client_random' }],
  ]),
  functions: new Map<string, Signature>([
    ['lower', ONE_BYTES],
    ['decode_base64', ONE_BYTES],
    ['len', { required: [{ kind: 'field', types: ['Bytes', 'Array', 'Map'] }], returns: () => 'Int' }],
    [
      'starts_with',
      {
        required: [
          { kind: 'field', types: ['Bytes'] },
          { kind: 'literal', types: ['Bytes'] },
        ],
        returns: () => 'Bool',
      },
    ],
    [
      'split',
      {
        required: [
          { kind: 'field', types: ['Bytes'] },
          { kind: 'literal', types: ['Int'] },
        ],
        returns: () => ({ array: 'Bytes' }),
        check: ([, limit]) =>
          limit?.kind === 'literal' && Number(limit.literal.value) > 128
            ? { index: 1, message: 'the limit is above 128', fix: 'Write a limit from 1 to 128.' }
            : undefined,
      },
    ],
    ['regex_replace', { ...ONE_BYTES, once: true }],
  ]),
  lists: new Map<string, ListKind>([
    ['office', 'Ip'],
    ['hosts', 'Bytes'],
  ]),
  maxNesting: 4,
  maxLength: 200,
}

function accept(text: string): LogicalNode {
  const result = parseFilter(text, SCHEME)
  if (!result.ok) throw new Error(formatFilterError(result.error))
  return result.node
}

function refuse(text: string): FilterError {
  const result = parseFilter(text, SCHEME)
  if (result.ok) throw new Error(`${text} was accepted`)
  return result.error
}

describe('names', () => {
  test('a deprecated name stands for the field it was replaced by', () => {
    expect(accept('ip.geoip.country == "DE"')).toMatchObject({
      left: { kind: 'field', name: 'ip.src.country', type: 'Bytes' },
    })
  })

  test.each(['cf.tls_client_random == "a"', 'cf.old_random == "a"', 'lower(cf.tls_client_random) == "a"'])(
    '%s says why the field cannot be known',
    (text) => {
      expect(refuse(text)).toMatchObject({
        kind: 'unavailable-field',
        column: text.indexOf('cf.') + 1,
        fix: 'Workers do not see the TLS handshake.',
      })
    },
  )

  test.each([
    ['http.hots == "a"', 'Did you mean http.host?'],
    ['host == "a"', 'Did you mean http.host?'],
    ['HTTP.HOST == "a"', 'Did you mean http.host?'],
    ['lowre(http.host) == "a"', 'Did you mean lower()?'],
    ['lower(cf.bot_management.scoer) == 1', 'Did you mean cf.bot_management.score?'],
    ['true', 'There are no literals true and false: write a Bool field by itself, or not and the field.'],
  ])('%s: %s', (text, fix) => {
    expect(refuse(text).fix).toBe(fix)
  })
})

describe('lists', () => {
  test('must exist and hold values of the type they are compared with', () => {
    expect(accept('ip.src in $office')).toMatchObject({ operation: { kind: 'in-list', list: 'office' } })
    expect(refuse('ip.src in $ofice')).toMatchObject({
      kind: 'unknown-list',
      column: 11,
      length: 6,
      fix: 'Lists of this type: $office.',
    })
    expect(refuse('ip.src in $hosts')).toMatchObject({ kind: 'unsupported-operation', column: 8, length: 9 })
  })

  test('without a table every well-formed name is taken', () => {
    const { lists: _, ...open } = SCHEME
    expect(parseFilter('ip.src in $anything.at_all', open).ok).toBe(true)
  })
})

describe('limits', () => {
  test('nesting counts parentheses, not, calls and quantifiers together', () => {
    expect(parseFilter('not (not (ssl))', SCHEME).ok).toBe(true)
    expect(refuse('not (not (not ssl))')).toMatchObject({ kind: 'nesting-limit', column: 11 })
    expect(refuse('not (any((lower(http.request.headers.names[*])[*] == "a")))').kind).toBe('nesting-limit')
  })

  test('an expression has at most so many characters, not bytes', () => {
    const host = (length: number): string => `http.host == "${'é'.repeat(length - 15)}"`
    expect(parseFilter(host(200), SCHEME).ok).toBe(true)
    expect(refuse(host(201)).kind).toBe('too-long')
    expect(refuse('a'.repeat(1_000_000)).kind).toBe('too-long')
  })

  test('a function may be limited to one call', () => {
    expect(parseFilter('regex_replace(http.host) == "a"', SCHEME).ok).toBe(true)
    expect(refuse('regex_replace(regex_replace(http.host)) == "a"')).toMatchObject({
      kind: 'not-here',
      column: 15,
    })
    expect(
      refuse('ssl and regex_replace(http.host) == "a" or regex_replace(http.host) == "b"'),
    ).toMatchObject({
      kind: 'not-here',
      column: 44,
      length: 24,
    })
  })
})

describe('arguments', () => {
  test('values are looked at when types are right', () => {
    expect(refuse('split(http.host, 500)[0] == "a"')).toMatchObject({
      kind: 'invalid-argument-value',
      column: 18,
      length: 3,
      fix: 'Write a limit from 1 to 128.',
    })
  })

  test('a function is mapped over a first argument with [*]', () => {
    expect(accept('any(lower(http.request.headers.names[*])[*] == "a")')).toMatchObject({
      item: {
        left: {
          kind: 'index',
          each: true,
          type: 'Bytes',
          of: { kind: 'call', mapped: true, type: { array: 'Bytes' }, args: [{ each: true, type: 'Bytes' }] },
        },
      },
    })
  })

  test('the type of an array is explained', () => {
    expect(refuse('lower(http.request.headers.names) == "a"').fix).toContain('[*]')
  })
})

describe('arrays of Bool', () => {
  test.each([
    'any(flags)',
    'all((flags[*]))',
    'any(not flags)',
    'any((flags and http.request.headers.names[*] == "a"))',
  ])('%s is one answer', (text) => {
    expect(parseFilter(text, SCHEME).ok).toBe(true)
  })

  test.each([
    ['flags', 'type-mismatch'],
    ['flags.named', 'type-mismatch'],
    ['not flags.named', 'type-mismatch'],
    ['any((flags.named))', 'type-mismatch'],
    ['any(flags[*])', 'type-mismatch'],
    ['any(flags.nested[*])', 'unsupported-operation'],
    ['any((flags.nested[*]))', 'unsupported-operation'],
    ['ssl and flags', 'type-mismatch'],
  ])('%s is %s', (text, kind) => {
    expect(refuse(text).kind).toBe(kind)
  })
})

describe('operators', () => {
  test('bind in the order or, xor, and; chains become one node', () => {
    const text = 'ssl or ssl xor ssl and not ssl and ssl or ssl'
    expect(accept(text)).toMatchObject({
      op: 'or',
      items: [
        { kind: 'comparison' },
        { op: 'xor', items: [{}, { op: 'and', items: [{}, { kind: 'not' }, {}] }] },
        { kind: 'comparison' },
      ],
    })
  })

  test('parentheses keep a chain apart from the same operator around it', () => {
    expect(accept('(ssl or ssl) or ssl')).toMatchObject({
      op: 'or',
      items: [{ op: 'or' }, { kind: 'comparison' }],
    })
  })

  test.each([
    ['http.host starts_with "a"', 'starts_with is a function: write starts_with(http.host, ...).'],
    ['http.host = "a"', 'Write == or eq to compare.'],
    ['http.host not in {"a"}', 'Put not in front of the whole comparison: not http.host in {"a" "b"}.'],
    ['http.host EQ "a"', 'Operators are in lower case: write eq.'],
    ['http.host == "a" AND ssl', 'Operators are in lower case: write and.'],
    ['http.host in {"a", "b"}', 'Separate the elements of a set with spaces, not commas.'],
    ['cf.bot_management.score in {1, 2}', 'Separate the elements of a set with spaces, not commas.'],
    ["http.host == 'a'", 'Write a string in double quotes.'],
    ['ssl == true', 'A Bool is not compared: write the field by itself, or not and the field.'],
    ['ssl\tand ssl', 'Write spaces instead of tabs.'],
    ['ssl and\tssl', 'Write spaces instead of tabs.'],
    ['ssl # on', 'There are no comments in an expression.'],
    ['', 'Write an expression, as http.host eq "example.com".'],
  ])('%s: %s', (text, fix) => {
    expect(refuse(text).fix).toBe(fix)
  })
})

describe('places', () => {
  test('columns count bytes, and only the line of the error is shown', () => {
    expect(refuse('http.host == "é" and\nhttp.host == "é" and xyz == 1\nor ssl')).toMatchObject({
      line: 2,
      column: 23,
      length: 3,
      source: 'http.host == "é" and xyz == 1',
    })
  })

  test('a bad regular expression is underlined between its quotes, raw or not', () => {
    expect(refuse('http.host ~ "a("')).toMatchObject({ kind: 'parse-regex', column: 14, length: 2 })
    expect(refuse('http.host ~ r#"a("# and ssl')).toMatchObject({
      kind: 'parse-regex',
      column: 16,
      length: 2,
    })
  })

  test('every node says which bytes it comes from', () => {
    const text = ' not (lower(http.host) == "é" or ssl) '
    const seen: string[] = []
    const source = Buffer.from(text)
    walkNodes(accept(text), (node) => {
      if (node.kind !== 'literal' && node.span) seen.push(source.subarray(...node.span).toString())
    })
    expect(seen).toEqual([
      'not (lower(http.host) == "é" or ssl)',
      'lower(http.host) == "é" or ssl',
      'lower(http.host) == "é"',
      'lower(http.host)',
      'http.host',
      'ssl',
      'ssl',
    ])
  })
})

describe('a value', () => {
  test('is a field or call with indexes', () => {
    const result = parseValue('\tlower(http.request.headers["a"][0])\n', SCHEME)
    expect(result).toMatchObject({ ok: true, node: { kind: 'call', type: 'Bytes' } })
  })

  test.each([
    ['http.request.headers["a"][*]', 'type-mismatch'],
    ['http.host == "a"', 'end-of-input'],
    ['"a"', 'expected-name'],
    ['regex_replace(regex_replace(http.host))', 'not-here'],
  ])('%s is none: %s', (text, kind) => {
    const result = parseValue(text, SCHEME)
    expect(result).toMatchObject({ ok: false, error: { kind } })
  })
})
