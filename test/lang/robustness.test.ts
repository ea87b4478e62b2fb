import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatFilterError } from '../../src/lang/filter-error.ts'
import { parseFilter } from '../../src/lang/parse-filter.ts'
import { parseValue } from '../../src/lang/parse-value.ts'
import type { Scheme } from '../../src/lang/scheme.ts'
import { ENGINE_SCHEME } from './engine-scheme.ts'

const SCHEME: Scheme = {
  ...ENGINE_SCHEME,
  fields: new Map([...ENGINE_SCHEME.fields, ['ssl', { type: 'Bool' }], ['dead', { type: 'Bytes' }]]),
  functions: new Map([
    ...ENGINE_SCHEME.functions,
    ['decade', { required: [{ kind: 'field', types: ['Bytes'] }], returns: () => 'Bytes' as const }],
  ]),
}

/** Reads the text both ways; an error must lie inside the text and tell how to mend it. */
function expectSound(text: string): void {
  for (const parse of [parseFilter, parseValue]) {
    const result = parse(text, SCHEME)
    if (result.ok) continue
    const { kind, line, column, length, source, message, fix } = result.error
    expect(message).not.toBe('')
    expect(fix).toMatch(/[.?]$/)
    if (kind === 'too-long') continue
    const lines = Buffer.from(text).toString('latin1').split('\n')
    const shown = lines[line - 1]
    if (shown === undefined) throw new Error(`line ${line} of ${lines.length}`)
    expect(source).toBe(Buffer.from(shown, 'latin1').toString())
    expect(column).toBeGreaterThan(0)
    expect(column - 1 + length).toBeLessThanOrEqual(shown.length)
    expect(formatFilterError(result.error)).toContain(`(${line}:${column})`)
  }
}

const WORDS = fc.constantFrom(
  ...[
    'http.host',
    'ip.src',
    'local["a"]',
    'ssl',
    'dead',
    'lower(',
    'decade(',
    'any(',
    'all(',
    'not ',
    '!',
    '(',
    ')',
  ],
  ...[
    '[',
    '*',
    ']',
    '{',
    '}',
    ' in ',
    ' eq ',
    '==',
    '&',
    '&&',
    '||',
    '^^',
    ' and ',
    ' or ',
    ' xor ',
    ',',
    '..',
    '$a',
  ],
  ...[
    ' ~ ',
    ' wildcard ',
    ' strict wildcard ',
    ' contains ',
    '"',
    '\\',
    '\\x',
    'r"',
    'r#"',
    '"#',
    '#',
    '0x',
    '-',
    '9',
  ],
  ...[
    '1.2.3.4',
    '::',
    '/',
    ':',
    'ab',
    'é',
    '😢',
    '\n',
    '\r\n',
    '\t',
    ' ',
    '\u0085',
    '\u2028',
    '\ufeff',
    '\0',
  ],
)

describe('whatever the text', () => {
  test('is, the parser answers', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 80 }), expectSound), { numRuns: 2000 })
    fc.assert(fc.property(fc.string({ unit: 'binary-ascii', maxLength: 80 }), expectSound), { numRuns: 1000 })
  })

  test('is made of, the parser answers', () => {
    const texts = fc.array(WORDS, { maxLength: 30 }).map((words) => words.join(''))
    fc.assert(fc.property(texts, expectSound), { numRuns: 5000 })
  })

  test('has lone surrogates, they are read as the replacement character', () => {
    expectSound('http.host == "\ud83d" and \udc00')
    expect(parseFilter('http.host == "\ud83d"', SCHEME)).toEqual(parseFilter('http.host == "\ufffd"', SCHEME))
  })

  // Each would be slow, or deep, if anything were tried more than once.
  test.each([
    '(',
    'not ',
    '!',
    'lower(',
    'decade(',
    'any(',
    'any((',
    'decade((',
    'decade(lower(',
    'ssl and ',
    'ssl or ssl and ',
    'ssl xor (',
    'http.host in {',
    'http.host in {"a" ',
    '"',
    '\\',
    'r#"',
    '#',
    '*',
    '[*]',
    '1.',
    ':',
    '$a',
    '\n',
    ' ',
    'a.',
    'é',
  ])('repeats %j to the limit, the parser answers', (piece) => {
    for (const start of [
      '',
      'http.host == r',
      'http.host wildcard "',
      'ip.src in {',
      'http.host ~ "',
      'decade(',
    ]) {
      expectSound((start + piece.repeat(4096)).slice(0, 4096))
    }
  })
})
