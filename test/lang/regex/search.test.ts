import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseRegex } from '../../../src/lang/regex/parse.ts'
import { planRegex } from '../../../src/lang/regex/plan-regex.ts'
import { printRegex } from '../../../src/lang/regex/print.ts'
import { compileProgram } from '../../../src/lang/regex/program.ts'
import { createRegexTest } from '../../../src/lang/regex/run-regex.ts'
import { createSearch } from '../../../src/lang/regex/search.ts'
import { HOSTILE } from './hostile.ts'

function search(source: string): (subject: string) => boolean {
  const parsed = parseRegex(source)
  if (!parsed.ok) throw new Error(parsed.message)
  return createSearch(compileProgram(parsed.node))
}

function nativeText(source: string): string {
  const parsed = parseRegex(source)
  if (!parsed.ok) throw new Error(parsed.message)
  return printRegex(parsed.node, 'javascript')
}

/** Bytes of `alphabet` in no order that a small automaton could follow. */
function scatter(alphabet: string, length: number, seed = 1): string {
  let state = seed
  let out = ''
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    out += alphabet.charAt((state >>> 16) % alphabet.length)
  }
  return out
}

describe('the linear engine', () => {
  test.each(HOSTILE)('answers $source on 100,000 hostile bytes', ({ source, subject, matches }) => {
    const planned = planRegex(source)
    if (!planned.ok) throw new Error(planned.message)
    // Without `needs`, so that the automaton sees every byte.
    const run = createRegexTest({ engine: 'linear', source, pattern: planned.plan.pattern ?? source })
    expect(run(subject(100_000))).toBe(matches)
    expect(createRegexTest(planned.plan)(subject(100_000))).toBe(matches)
  })

  test('is right when subjects lead to more states than it keeps', () => {
    // 2^14 states, far more than the table has rows.
    const run = search('a[ab]{13}c')
    const subject = scatter('ab', 20_000)
    expect(run(subject)).toBe(false)
    expect(run(`${subject}a${'b'.repeat(13)}c`)).toBe(true)
    expect(run(`${subject}b${'b'.repeat(13)}c`)).toBe(
      /a[ab]{13}c/.test(`${subject.slice(-40)}b${'b'.repeat(13)}c`),
    )
    expect(run(`${'b'.repeat(14)}c`)).toBe(false)
  })

  test('is right after it has forgotten its states, many times over', () => {
    // Chance decides whether `c` follows `a` at the right distance: about half of the subjects match.
    const run = search('a[ab]{11}c[ab]{3}c[ab]{3}c')
    const native = /a[ab]{11}c[ab]{3}c[ab]{3}c/
    const found = Array.from({ length: 300 }, (_, seed) => {
      const subject = scatter('abababababc', 1_500, seed)
      expect(run(subject), `seed ${seed}`).toBe(native.test(subject))
      return native.test(subject)
    })
    expect(new Set(found).size).toBe(2)
  })

  test('finds the same whether subjects come to a fresh automaton or a used one', () => {
    const sources = ['a[ab]{9}c', '(?:ab|b)+a\\b', '^(?:a|bc)*$', '(?m)^a+$', 'a(?:bc|b)*c$']
    const subjects = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\n', ' '), maxLength: 40 }))
    fc.assert(
      fc.property(fc.constantFrom(...sources), subjects, (source, texts) => {
        const used = search(source)
        for (const text of texts) expect(used(text)).toBe(search(source)(text))
      }),
    )
  })

  test('sees where an anchored expression can no longer match', () => {
    const run = search('^ab|^cd')
    expect(run('ab')).toBe(true)
    expect(run('xab')).toBe(false)
    expect(run(`x${'ab'.repeat(50_000)}`)).toBe(false)
  })

  test.each([
    ['(?m)^b', 'a\nb', true],
    ['(?m)^b', 'a\rb', false],
    ['(?m)a$', 'a\r\n', false],
    ['(?mR)a$', 'a\r\n', true],
    ['(?mR)^b', 'a\rb', true],
    ['(?mR)\\r^\\n', '\r\n', false],
    ['(?mR)\\r$\\n', '\r\n', false],
    ['(?mR)\\n^', '\r\n', true],
    ['\\b{start}a', ' a', true],
    ['a\\b{start}', 'a ', false],
    ['a\\b{end-half}', 'a\xe9', true],
    ['a\\B', 'a', false],
    ['^$', '', true],
    ['$^', '\n', false],
  ])('looks around as the dialect does: %j in %j is %j', (source, subject, expected) => {
    expect(search(source)(subject)).toBe(expected)
    expect(createRegexTest({ engine: 'native', source, pattern: nativeText(source) })(subject)).toBe(expected)
  })

  test('takes every byte', () => {
    const everything = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join('')
    expect(search('^[\\x00-\\x09\\x0b-\\xff]+\\n')(everything)).toBe(true)
    expect(search('\\xff$')(everything)).toBe(true)
    expect(search('^.*\\xff')(everything)).toBe(false)
  })
})
