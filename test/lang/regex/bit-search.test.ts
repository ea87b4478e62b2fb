import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildAlphabet } from '../../../src/lang/regex/alphabet.ts'
import { type BitSearch, createBitSearch } from '../../../src/lang/regex/bit-search.ts'
import { parseRegex } from '../../../src/lang/regex/parse.ts'
import { compileProgram, countInstructions } from '../../../src/lang/regex/program.ts'
import { createSearch } from '../../../src/lang/regex/search.ts'
import { anyPattern } from './arbitrary.ts'

interface Engines {
  /** Looks from the second byte on, as if the start were behind it. */
  readonly bits: BitSearch
  readonly cached: (subject: string) => boolean
  readonly start: number
}

function enginesOf(source: string): Engines | undefined {
  const parsed = parseRegex(source)
  if (!parsed.ok || countInstructions(parsed.node) > 2_000) return undefined
  const program = compileProgram(parsed.node)
  // The start of a subject is behind it there, and here at the first byte.
  if (program.looks.includes('start')) return undefined
  return {
    bits: createBitSearch(program, buildAlphabet(program)),
    cached: createSearch(program),
    start: program.start,
  }
}

/** Both behind a first byte that takes part in nothing but assertions. */
function findsLike({ bits, cached, start }: Engines, subject: string): void {
  const found = bits(`\n${subject}`, 1, [start])
  if (found !== undefined) expect(found, subject).toBe(cached(subject))
}

const bytes = fc.string({ unit: fc.constantFrom(...'aabbcckA1 _-.\n\xc3\xa9'), maxLength: 80 })

describe('searching with bits', () => {
  test('finds what the cached automaton finds', () => {
    let compared = 0
    fc.assert(
      fc.property(anyPattern, fc.array(bytes, { minLength: 1, maxLength: 8 }), (source, subjects) => {
        const engines = enginesOf(source)
        if (!engines) return
        compared++
        for (const subject of subjects) findsLike(engines, subject)
      }),
      { numRuns: 1_500 },
    )
    expect(compared).toBeGreaterThan(300)
  })

  test.each([
    'a[ab]{40}c',
    'a[ab]{70}(?:c|d)$',
    'a.{0,60}b.{0,60}c',
    '(?:ab|ba){20}c',
    '(?:a+b){3,}c$',
    '[ab]{31}c',
    '[ab]{32}c',
    '[ab]{33}c$',
    'a*$',
    '\\ba[ab ]{40}\\bc',
    '(?m)a[ab\\n]{40}$',
    '(?m)^b[ab\\n]{33}c$',
    'a\\b',
  ])('finds %s across the borders of words', (source) => {
    const engines = enginesOf(source)
    if (!engines) throw new Error('not for bits')
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'a', 'b', 'b', 'c', ' ', '\n'), maxLength: 200 }),
        (subject) => findsLike(engines, subject),
      ),
    )
    findsLike(engines, `${'ab'.repeat(60)}c`)
    findsLike(engines, `${'ab'.repeat(60)}d`)
  })

  test('gives up on programs in which too much follows too many others', () => {
    const branch = (_: unknown, i: number): string => `[ab]+${'abcdefghij'.charAt(i % 10)}{1,3}`
    const engines = enginesOf(Array.from({ length: 200 }, branch).join(''))
    expect(engines?.bits('.ab', 1, [engines.start])).toBeUndefined()
  })
})

test.each([
  ['^(?:a|b)*a[ab]{13}c$', true],
  ['^c(?:a|b)*a[ab]{13}c$', false],
  ['^a*$|a[ab]{13}d', false],
  ['(?:a|b)*a[ab]{13}c\\b', true],
  ['(?:a|b)*a[ab]{13}\\bc', false],
  ['(?m)a[ab]{13}c$', true],
  ['(?:a|b)*a[ab]{13}c\\B', false],
])('a subject that fills the cache is anchored as any other: %s', (source, matches) => {
  const engines = parseRegex(source)
  if (!engines.ok) throw new Error(engines.message)
  let state = 1
  let subject = ''
  for (let i = 0; i < 20_000; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    subject += (state >>> 16) % 2 === 0 ? 'a' : 'b'
  }
  expect(createSearch(compileProgram(engines.node))(`${subject}a${'b'.repeat(13)}c`)).toBe(matches)
})
