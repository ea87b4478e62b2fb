import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { suggestFix, suggestName } from '../../src/policy/suggest.ts'

describe('suggestName', () => {
  const known = ['unknown_host', 'stages', 'signature_ttl', 'path', 'paths']
  test.each([
    ['unkown_host', 'unknown_host'],
    ['unknown-host', 'unknown_host'],
    ['Signature_TTL', 'signature_ttl'],
    ['pth', 'path'],
    ['path', 'path'],
  ])('takes %s for %s', (text, expected) => {
    expect(suggestName(text, known)).toBe(expected)
  })

  test.each(['completely_else', '', 'x', 'y'.repeat(100)])('has no idea what %s is', (text) => {
    expect(suggestName(text, known)).toBeUndefined()
  })

  test('only proposes known names', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const found = suggestName(text, known)
        expect(found === undefined || known.includes(found)).toBe(true)
      }),
    )
  })
})

test('suggestFix lists what there is, within reason', () => {
  expect(suggestFix('x', [])).toBe('There are none.')
  expect(suggestFix('zzz', ['abc', 'def'])).toBe('Known here: abc, def.')
  expect(suggestFix('abd', ['abc', 'def'])).toBe('Did you mean abc? Known here: abc, def.')
  expect(
    suggestFix(
      'q',
      Array.from({ length: 1000 }, (_, i) => `name${i}`),
    ).length,
  ).toBeLessThan(400)
})
