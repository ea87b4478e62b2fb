import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Document, isScalar, parseDocument, type Scalar } from 'yaml'
import { alignScalar, type ScalarStyle } from '../../src/policy/align-scalar.ts'
import { readSource } from '../../src/policy/source.ts'

/** The file with the character at each place of `needle` in the value of key `e`. */
function place(text: string, needle: string): readonly [line: number, column: number, length: number] {
  const read = readSource('f.yaml', text)
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  const value = (read.source.value as { e: string }).e
  const start = value.indexOf(needle)
  const { line, column, length } = read.source.locateText(['e'], start, start + needle.length)
  return [line, column, length]
}

describe('the place of a stretch of text', () => {
  test.each([
    ['plain', 'e: a eq bad\n', [1, 9, 3]],
    ['plain over lines', 'e: a eq\n  b or\n\n    bad # not\n', [4, 5, 3]],
    ['single quotes', "e: 'it''s bad'\n", [1, 11, 3]],
    ['single quotes over lines', "e: 'it''s\n\n  bad'\n", [3, 3, 3]],
    ['double quotes', 'e: "\\"x\\" \\u00e9\\x41\\U0001F600 bad"\n', [1, 32, 3]],
    ['double quotes over lines', 'e: "one \\\n   two\n   bad"\n', [3, 4, 3]],
    ['literal block', 'e: |  # why\n  a and\n    b and bad\n', [3, 11, 3]],
    ['literal block with blank lines first', 'e: |-\n\n\n   a bad\n', [4, 6, 3]],
    ['literal block with an indentation indicator', 'e: |1\n   a\n  bad\n', [3, 3, 3]],
    ['folded block', 'e: >\n  a and\n  b and\n\n  bad\n', [5, 3, 3]],
    ['folded block with an indented line', 'e: >-\n  a and\n     b and\n     bad\n', [4, 6, 3]],
    ['folded block with CRLF', 'e: >-\r\n  a and\r\n  bad\r\n', [3, 3, 3]],
    ['an alias', 'x: &x one bad\ne: *x\n', [1, 11, 3]],
  ])('is found in %s', (_, text, expected) => {
    expect(place(text, 'bad')).toEqual(expected)
  })

  test('ends with its line', () => {
    const read = readSource('f.yaml', 'e: >-\n  bad\n  worse\n')
    if (!read.ok) throw new Error('no YAML')
    expect(read.source.locateText(['e'], 0, 9)).toEqual({ line: 2, column: 3, length: 3 })
    expect(read.source.locateText(['e'], 9, 9)).toEqual({ line: 3, column: 8, length: 1 })
  })

  test('is the start of the text when that cannot be told', () => {
    expect(alignScalar('abc', 'xyz', 'PLAIN')).toBeUndefined()
    expect(alignScalar('a'.repeat(100_000), 'a'.repeat(100_000), 'PLAIN')).toBeUndefined()
    const read = readSource('f.yaml', 'e: 12\n')
    if (!read.ok) throw new Error('no YAML')
    expect(read.source.locateText(['e'], 1, 2)).toEqual({ line: 1, column: 4, length: 1 })
    expect(read.source.locateText(['none'], 1, 2)).toMatchObject({ line: 1 })
  })
})

const STYLES: readonly ScalarStyle[] = [
  'PLAIN',
  'QUOTE_SINGLE',
  'QUOTE_DOUBLE',
  'BLOCK_LITERAL',
  'BLOCK_FOLDED',
]

test('every visible character is found in every style that the writer chooses', () => {
  const text = fc
    .array(
      fc.constantFrom('a', 'b c', ' ', '\n', '"', "'", '\\', '#', ': ', 'é', '😀', '  ', 'eq "x" and '),
      {
        maxLength: 40,
      },
    )
    .map((parts) => parts.join(''))
  let aligned = 0
  fc.assert(
    fc.property(text, fc.constantFrom(...STYLES), fc.integer({ min: 20, max: 60 }), (value, style, width) => {
      const document = new Document({ k: { e: value } })
      const written = document.getIn(['k', 'e'], true) as Scalar
      written.type = style
      const file = document.toString({ lineWidth: width })
      const node = parseDocument(file).getIn(['k', 'e'], true)
      if (!isScalar(node) || node.value !== value || !node.range) return
      const source = file.slice(node.range[0], node.range[1])
      const places = alignScalar(source, value, node.type as ScalarStyle)
      expect([source, places?.length]).toEqual([source, value.length + 1])
      for (const [i, unit] of [...value].map(
        (char, n, all) => [all.slice(0, n).join('').length, char] as const,
      )) {
        if (/\s/.test(unit)) continue
        const at = places?.[i] ?? -1
        expect([source, i, source[at]]).toEqual([source, i, expect.stringMatching(/\S/)])
        if (source[at] !== '\\') expect(source.startsWith(unit, at)).toBe(true)
        aligned++
      }
    }),
    { numRuns: 2000 },
  )
  expect(aligned).toBeGreaterThan(10_000)
})
