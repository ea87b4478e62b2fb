import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { JsonBounds } from '../../../src/http/body-guard/body-bounds.ts'
import { createJsonScanner } from '../../../src/http/body-guard/json-scanner.ts'
import { BOUNDS } from './bounds.ts'
import { bytesOf, cut, cuts, judge } from './cutting.ts'

const WIDE: JsonBounds = { max_depth: 10_000, max_keys: 1e6, max_items: 1e6, max_string: 1e6 }

const read = (text: string, bounds: JsonBounds = BOUNDS.json): string | undefined =>
  judge(createJsonScanner(bounds), [bytesOf(text)])

/** What a document needs, counted the slow way from what JSON.parse makes of it. */
function measure(value: unknown): JsonBounds {
  if (typeof value === 'string') return { ...NONE, max_items: 1, max_string: quoted(value) }
  if (typeof value !== 'object' || value === null) return { ...NONE, max_items: 1 }
  const keys = Array.isArray(value) ? [] : Object.keys(value)
  const inner = Object.values(value).map(measure)
  const most = (of: keyof JsonBounds): number => Math.max(0, ...inner.map((bounds) => bounds[of]))
  return {
    max_depth: 1 + most('max_depth'),
    max_keys: Math.max(keys.length, most('max_keys')),
    max_items: 1 + inner.reduce((sum, { max_items }) => sum + max_items, 0),
    max_string: Math.max(most('max_string'), ...keys.map(quoted)),
  }
}
const NONE: JsonBounds = { max_depth: 0, max_keys: 0, max_items: 0, max_string: 0 }
const quoted = (text: string): number => bytesOf(JSON.stringify(text)).length - 2

const documents = fc.tuple(
  fc.jsonValue({ maxDepth: 6, stringUnit: 'binary' }),
  fc.constantFrom(undefined, 1, '\t', '\r\n '),
)

describe('JSON', () => {
  test('that keeps to its bounds passes, and one less of any bound refuses it by that bound, however it is cut', () => {
    fc.assert(
      fc.property(documents, cuts, ([value, space], lengths) => {
        const bytes = bytesOf(JSON.stringify(value, null, space))
        const needs = measure(JSON.parse(JSON.stringify(value)))
        const verdict = (bounds: JsonBounds): string | undefined =>
          judge(createJsonScanner(bounds), cut(bytes, lengths))
        expect(verdict(needs)).toBeUndefined()
        for (const [bound, fault] of FAULTS)
          if (needs[bound] > 0) expect(verdict({ ...needs, [bound]: needs[bound] - 1 })).toBe(fault)
      }),
      { numRuns: 500 },
    )
  })

  test('that JSON.parse takes passes, and the verdict on any other text does not depend on how it is cut', () => {
    const texts = fc.array(
      fc.oneof(
        fc.constantFrom(
          '{',
          '}',
          '[',
          ']',
          ',',
          ':',
          '"',
          '\\',
          ' ',
          '1',
          'null',
          '"a"',
          '{"a":',
          '\ufeff',
          '\n',
        ),
        fc.string({ maxLength: 3 }),
      ),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(texts, cuts, (parts, lengths) => {
        const text = parts.join('')
        const verdict = read(text, WIDE)
        expect(judge(createJsonScanner(WIDE), cut(bytesOf(text), lengths))).toBe(verdict)
        if (isJson(text)) expect(verdict).toBeUndefined()
      }),
      { numRuns: 3000 },
    )
  })

  it.each([
    ['nothing', ''],
    ['white space', ' \r\n\t'],
    ['a byte order mark', '\ufeff{}'],
    ['several documents', '{"index":{}}\n{"a":1}\n1 2 [] "a"'],
    ['escapes', '["\\"","\\\\","\\u0022"]'],
  ])('of %s passes', (_, text) => {
    expect(read(text)).toBeUndefined()
  })

  it.each([
    ['an end that is missing', '[1'],
    ['a string without end', '"abc'],
    ['an end of the other kind', '[}'],
    ['an end too many', '[]]'],
    ['a comma at the end', '[1,]'],
    ['a comma in an object at the end', '{"a":1,}'],
    ['no colon', '{"a" 1}'],
    ['no comma', '["a" "b"]'],
    ['a key that is no string', '{a:1}'],
    ['quotes of another kind', "{'a':1}"],
    ['a comment that hides an open quote', '/* " */ [1]'],
    ['a control character in a string', '"a\u0001"'],
    ['a line break in a string', '"a\n"'],
    ['another type', '<xml/>'],
    ['UTF-16', '[\u0000'],
    ['a value after a value', '{"a":1 2}'],
    ['a colon in an array', '[1:2]'],
  ])('with %s is malformed', (_, text) => {
    expect(read(text)).toBe('json-malformed')
  })

  it('in half a byte order mark is malformed', () => {
    expect(judge(createJsonScanner(WIDE), [Uint8Array.of(0xef, 0xbb, 0x7b, 0x7d)])).toBe('json-malformed')
  })

  it('is refused at the first byte beyond a bound, before more of it has come', () => {
    const scanner = createJsonScanner({ ...WIDE, max_depth: 64 })
    expect(scanner.scan(bytesOf('['.repeat(64)))).toBeUndefined()
    expect(scanner.scan(bytesOf('['))).toBe('json-depth')
  })

  it('counts keys of each object apart, and values of all', () => {
    const object = '{"a":1,"b":2,"c":3,"d":4,"e":5}'
    expect(read(`[${object},${object}]`, { ...BOUNDS.json, max_items: 13 })).toBeUndefined()
    expect(read(`[${object},${object}]`)).toBe('json-items')
    expect(read(object.replace('}', ',"f":6}'))).toBe('json-keys')
  })
})

const FAULTS: readonly [keyof JsonBounds, string][] = [
  ['max_depth', 'json-depth'],
  ['max_keys', 'json-keys'],
  ['max_items', 'json-items'],
  ['max_string', 'json-string'],
]

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
