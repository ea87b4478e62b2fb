import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseRegex } from '../../../src/lang/regex/parse.ts'
import { printRegex } from '../../../src/lang/regex/print.ts'
import { compileProgram } from '../../../src/lang/regex/program.ts'
import { includesNumber, normalizeRanges } from '../../../src/lang/regex/ranges.ts'
import { createSearch } from '../../../src/lang/regex/search.ts'
import { toBytes } from '../../../src/lang/value.ts'
import { anyPattern, anySubject } from './arbitrary.ts'

test('a class means the same bytes in both dialects', () => {
  const anyRanges = fc
    .array(fc.tuple(fc.nat(255), fc.nat(20)), { maxLength: 5 })
    .map((pairs) => normalizeRanges(pairs.flatMap(([from, size]) => [from, Math.min(255, from + size)])))
  fc.assert(
    fc.property(anyRanges, (ranges) => {
      const node = { kind: 'byte', ranges } as const
      const native = new RegExp(`^${printRegex(node, 'javascript')}$`)
      const again = parseRegex(printRegex(node, 'rust'))
      expect(again).toEqual({ ok: true, node })
      for (let byte = 0; byte < 256; byte++)
        expect(native.test(String.fromCharCode(byte))).toBe(includesNumber(ranges, byte))
    }),
  )
})

test('JavaScript finds a printed expression where our automaton finds it', () => {
  fc.assert(
    fc.property(anyPattern, fc.array(anySubject, { minLength: 1, maxLength: 5 }), (source, subjects) => {
      const parsed = parseRegex(toBytes(source))
      fc.pre(parsed.ok)
      if (!parsed.ok) return
      const native = new RegExp(printRegex(parsed.node, 'javascript'))
      const search = createSearch(compileProgram(parsed.node))
      for (const subject of subjects.map(toBytes))
        expect(native.test(subject), native.source).toBe(search(subject))
    }),
    { numRuns: 1_500 },
  )
})

test('keeps nothing of JavaScript that differs from the dialect', () => {
  const parsed = parseRegex('(?im)^\\s\\w.\\z$')
  expect(parsed.ok && printRegex(parsed.node, 'javascript')).toBe(
    '(?<![^\\n])[\\x09-\\x0d ][0-9A-Z_a-z][^\\n]$(?![^\\n])',
  )
})
