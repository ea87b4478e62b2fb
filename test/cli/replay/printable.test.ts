import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toPrintable } from '../../../src/cli/replay/printable.ts'

describe('toPrintable', () => {
  it('gives printable ASCII of bounded length for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 30 }), (text, limit) => {
        const shown = toPrintable(text, limit)
        expect(shown).toMatch(/^[ -~]*…?$/)
        expect(shown.length).toBeLessThanOrEqual(limit)
      }),
    )
  })

  it('leaves plain text alone and shows what cannot be seen', () => {
    expect(toPrintable('GET /a', 10)).toBe('GET /a')
    expect(toPrintable('\u001b[2J\u00e9\u202e', 40)).toBe('\\x1B[2J\\xE9\\u{202E}')
    expect(toPrintable('abcdef', 4)).toBe('abc…')
  })
})
