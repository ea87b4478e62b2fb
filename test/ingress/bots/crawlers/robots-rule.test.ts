import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isAllowed, matchesPattern } from '../../../../src/ingress/bots/crawlers/robots-rule.ts'

/** The same, by a regular expression. */
function reference(pattern: string, path: string): boolean {
  const source = pattern
    .replace(/\$$/, '')
    .split('*')
    .map((part) => part.replace(/[$?.]/g, '\\$&'))
    .join('.*')
  return new RegExp(`^${source}${pattern.endsWith('$') ? '$' : ''}`, 's').test(path)
}

describe('a pattern of robots.txt', () => {
  test('matches what its text says, with * for anything and $ for the end', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '$', '?', '.'), maxLength: 8 })
    fc.assert(
      fc.property(text, text, (pattern, path) => {
        expect([pattern, path, matchesPattern(`/${pattern}`, `/${path}`)]).toEqual([
          pattern,
          path,
          reference(`/${pattern}`, `/${path}`),
        ])
      }),
      { numRuns: 1000 },
    )
  })

  test('is looked for in linear time', () => {
    expect(matchesPattern(`/${'*a'.repeat(1000)}*b$`, `/${'a'.repeat(8000)}`)).toBe(false)
  })

  test('of two that match the longer decides, and of equals the one that allows', () => {
    const rules = [
      { allow: false, pattern: '/' },
      { allow: true, pattern: '/a' },
      { allow: false, pattern: '/a' },
      { allow: false, pattern: '/a/b' },
    ]
    expect(['/', '/a', '/a/c', '/a/b/c'].map((path) => isAllowed(rules, path))).toEqual([
      false,
      true,
      true,
      false,
    ])
    expect(isAllowed([], '/')).toBe(true)
  })
})
