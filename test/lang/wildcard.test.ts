import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldCase } from '../../src/lang/functions/case.ts'
import { captureWildcard, createWildcardTest, parseWildcard } from '../../src/lang/wildcard.ts'

/** The same pattern as a regular expression, with a lazy group for each star. */
function toRegExp(pattern: string, strict: boolean): RegExp {
  const source = pattern.replace(/\\[\\*]|\*|[\s\S]/g, (part) => {
    if (part === '*') return '([\\s\\S]*?)'
    return (part.length === 2 ? part.slice(1) : part).replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&')
  })
  return new RegExp(`^${source}$`, strict ? '' : 'i')
}

const letter = fc.constantFrom('a', 'b', 'A', '.', '?', '\\\\', '\\*')
/** No two stars in a row. */
const pattern = fc
  .array(fc.oneof({ weight: 3, arbitrary: letter }, { weight: 2, arbitrary: fc.constant('*') }), {
    maxLength: 8,
  })
  .map((parts) => parts.filter((part, i) => part !== '*' || parts[i - 1] !== '*').join(''))
const subject = fc
  .array(fc.constantFrom('a', 'b', 'A', 'B', '.', '?', '\\', '*'), { maxLength: 12 })
  .map((parts) => parts.join(''))

describe('wildcard', () => {
  test('matches what the regular expression of the pattern matches, with the same captures', () => {
    fc.assert(
      fc.property(pattern, subject, fc.boolean(), (text, value, strict) => {
        const match = toRegExp(text, strict).exec(value)
        const captures = captureWildcard(parseWildcard(text), value, strict)
        expect(captures).toEqual(match ? match.slice(1) : undefined)
        const test = createWildcardTest(parseWildcard(strict ? text : foldCase(text)))
        expect(test(strict ? value : foldCase(value))).toBe(match !== null)
      }),
      { numRuns: 3000 },
    )
  })

  test('takes the shortest text for each star', () => {
    expect(captureWildcard(parseWildcard('/*/*'), '/a/b/c', true)).toEqual(['a', 'b/c'])
    expect(captureWildcard(parseWildcard('*b*'), 'abab', true)).toEqual(['a', 'ab'])
  })

  test('does not let the first and the last piece overlap', () => {
    expect(createWildcardTest(parseWildcard('aba*aba'))('aba')).toBe(false)
    expect(createWildcardTest(parseWildcard('aba*aba'))('ababa')).toBe(false)
    expect(createWildcardTest(parseWildcard('aba*aba'))('abaaba')).toBe(true)
    expect(createWildcardTest(parseWildcard('a*b*b'))('ab')).toBe(false)
  })

  test('folds ASCII letters only', () => {
    expect(captureWildcard(parseWildcard('\xc9*'), '\xe9x', false)).toBeUndefined()
    expect(captureWildcard(parseWildcard('\xc9*'), '\xc9X', false)).toEqual(['X'])
  })
})
