import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RegexNode } from '../../../src/lang/regex/node.ts'
import { parseRegex } from '../../../src/lang/regex/parse.ts'
import { printRegex } from '../../../src/lang/regex/print.ts'
import { compileProgram } from '../../../src/lang/regex/program.ts'
import { reduceSearch } from '../../../src/lang/regex/reduce.ts'
import { findRequired } from '../../../src/lang/regex/required.ts'
import { createSearch } from '../../../src/lang/regex/search.ts'
import { toBytes } from '../../../src/lang/value.ts'
import { anyPattern, anySubject } from './arbitrary.ts'

function parse(source: string): RegexNode | undefined {
  const parsed = parseRegex(toBytes(source))
  return parsed.ok ? parsed.node : undefined
}

test.each([
  ['.*foo', 'foo'],
  ['foo.*', 'foo'],
  ['^.*foo.*$', '^[^\\n]*foo[^\\n]*$'],
  ['(?:a+)+$', 'a$'],
  ['\\s+$', '[\\x09-\\x0d ]$'],
  ['a*', ''],
  ['(a)(b)?', 'a'],
  ['x{2,5}y{3,}', 'x{2}y{3}'],
  ['(?:.*a){2}', 'a[^\\n]*a'],
  ['(?:a|b?)c', 'c'],
  ['\\b.*foo', '\\b[^\\n]*foo'],
])('%s occurs where %s does', (source, expected) => {
  const node = parse(source)
  expect(node && printRegex(reduceSearch(node), 'rust')).toBe(expected)
})

test('what is reduced occurs in the same subjects', () => {
  fc.assert(
    fc.property(anyPattern, fc.array(anySubject, { minLength: 1, maxLength: 5 }), (source, subjects) => {
      const node = parse(source)
      fc.pre(node !== undefined)
      if (node === undefined) return
      const whole = createSearch(compileProgram(node))
      const reduced = createSearch(compileProgram(reduceSearch(node)))
      for (const subject of subjects.map(toBytes)) expect(reduced(subject)).toBe(whole(subject))
    }),
    { numRuns: 1_500 },
  )
})

test.each([
  ['foo.*bar', 'foo'],
  ['a.*barbar', 'barbar'],
  ['(?:foo.*x|bar.*y)', 'foo|bar'],
  ['(?:abc.*)+d', 'abc'],
  ['(?:abc.*)*d', 'd'],
  ['a.*|b*', undefined],
  ['.*\\n?', undefined],
])('the part that %s needs is %s', (source, expected) => {
  const node = parse(source)
  const part = node && findRequired(node)
  expect(part && printRegex(part, 'rust')).toBe(expected)
})

test('the part that is needed occurs wherever the whole does', () => {
  fc.assert(
    fc.property(anyPattern, fc.array(anySubject, { minLength: 1, maxLength: 5 }), (source, subjects) => {
      const node = parse(source)
      const part = node && findRequired(node)
      fc.pre(node !== undefined && part !== undefined)
      if (node === undefined || part === undefined) return
      const whole = createSearch(compileProgram(node))
      const needed = createSearch(compileProgram(part))
      for (const subject of subjects.map(toBytes)) if (whole(subject)) expect(needed(subject)).toBe(true)
    }),
    { numRuns: 1_000 },
  )
})
