/**
 * Our dialect against Cloudflare's own engine: what is accepted, and what matches.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RegexPlan } from '../../../src/lang/regex/plan.ts'
import { planRegex } from '../../../src/lang/regex/plan-regex.ts'
import { createRegexTest } from '../../../src/lang/regex/run-regex.ts'
import { toBytes } from '../../../src/lang/value.ts'
import { type Engine, loadEngine } from '../engine.ts'
import { anyPattern, anySubject, brokenPattern } from './arbitrary.ts'

const REQUEST = { ip: '192.0.2.1', method: 'GET', host: 'h', path: '/', headers: {}, cookies: '', query: '' }
const RUNS = Number(process.env.REGEX_RUNS ?? 2_500)
/** Each instance gets this many questions, because it does not give back all memory after an error. */
const QUESTIONS = 500

let engine: Engine | undefined
let asked = 0

/** What the engine finds, or its complaint. */
async function ask(pattern: string, subject: string): Promise<boolean | string> {
  if (engine === undefined || ++asked % QUESTIONS === 0) engine = await loadEngine()
  const answer = engine.match(`local["s"] matches r####"${pattern}"####`, {
    ...REQUEST,
    local: { s: subject },
  })
  if ('error' in answer) return answer.error
  if (answer.result === 'undetermined') throw new Error('the engine did not see the subject')
  return answer.result
}

/** Differences that are meant; the last test has a case of each. */
const DEVIATIONS = /^(?:word boundaries of Unicode|the expression compiles to|there is no property)/

async function compare(pattern: string, subjects: readonly string[]): Promise<void> {
  const planned = planRegex(toBytes(pattern))
  const theirs: (boolean | string)[] = []
  for (const subject of subjects) theirs.push(await ask(pattern, subject))
  if (!planned.ok) {
    if (DEVIATIONS.test(planned.message)) return
    expect(typeof theirs[0], `we refuse ${JSON.stringify(pattern)}: ${planned.message}`).toBe('string')
    return
  }
  expect(subjects.map(run(planned.plan)), JSON.stringify(planned.plan)).toEqual(theirs)
}

function run(plan: RegexPlan): (subject: string) => boolean {
  const test = createRegexTest(plan)
  return (subject) => test(toBytes(subject))
}

describe('the dialect of regular expressions', () => {
  test('matches the same subjects as the engine', async () => {
    await fc.assert(
      fc.asyncProperty(anyPattern, fc.array(anySubject, { minLength: 1, maxLength: 5 }), compare),
      { numRuns: RUNS },
    )
  })

  test('refuses what the engine refuses, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(brokenPattern, fc.array(anySubject, { minLength: 1, maxLength: 3 }), compare),
      { numRuns: RUNS },
    )
  })

  test.each([
    'a++',
    'a**',
    'a{2}{3}',
    'a{,3}',
    'a{ 2 , 3 }',
    'a{65536}',
    'x{0}',
    '{2}',
    'a{',
    '}',
    ']',
    '()+',
    '^*',
    '\\b+',
    '(?i)+',
    '(?)',
    '(?-)',
    '(?:)',
    '(?i-i:a)',
    '(?ii)a',
    '(?#c)a',
    '(?=a)',
    '(?<!a)',
    '(?P=n)',
    "(?'n'a)",
    '(?<n>a)',
    '(?P<a>.)(?P<a>.)',
    '(?<1>a)',
    '(?<a.b[0]>a)',
    '(?<é>a)',
    '(?<>a)',
    '(?<n',
    '\\Z',
    '\\Q',
    '\\h',
    '\\e',
    '\\/',
    '\\é',
    '\\ ',
    '\\"',
    '\\8',
    '\\0',
    '\\c',
    '\\',
    '\\x',
    '\\x4',
    '\\x{}',
    '\\x{110000}',
    '\\x{D800}',
    '\\x{000041}',
    '\\u{41}',
    '\\U00000041',
    '\\u004',
    '\\pL',
    '\\p{L}',
    '(?u)\\pL',
    '(?u)\\p{gc!=L}',
    '(?u)\\p{sc=Greek}',
    '(?u)\\p{greek}',
    '(?u)\\p{None}',
    '(?u)\\p',
    '(?u)\\p{L',
    '[]',
    '[^]',
    '[',
    '[a',
    '[a-\\d]',
    '[\\d-a]',
    '[z-a]',
    '[é]',
    '[\\x{c3}]',
    '[\\xff]',
    '[a-\\xff]',
    '[\\b]',
    '[[:foo:]]',
    '[[:alpha:]-z]',
    '[:alpha:]',
    '[a--]',
    '[--a]',
    '[a-b-c]',
    '[a&&&&b]',
    '[&&]',
    '[a~~]',
    '[[a]',
    '(?x)[ a - c ]',
    '(?x)\\x 4 1',
    '(?x)a {2}',
    '(?x)( ?i)a',
    '(?x)a # (',
    '(?x) \\# ',
    '(?x)[a#]',
    '\\b{2}',
    '\\b{foo}',
    '\\b{',
    '\\b{start',
    '\\B{start}',
    'a|*',
    '(*)',
    '',
    '|',
    '(',
    ')',
    'a)',
    '(?i',
    '(?i:',
    '(?P',
    '(?',
    '(?P<',
    '(?<',
    '\n',
    'a\tb',
    '\u2028',
    '(?x)a\u2028b',
    '(?x)\u00a0a',
  ])('takes or refuses %j as the engine does', async (pattern) => {
    await compare(pattern, ['', 'a', 'A', 'aa', '-', ' ', '}', 'z', '"', 'β', 'a\u2028b', '\\'])
  })

  test.each([
    ['groups', (n: number) => `${'('.repeat(n)}a${')'.repeat(n)}`],
    ['groups with a second item', (n: number) => `${'(b?'.repeat(n)}a${')'.repeat(n)}`],
    ['alternatives', (n: number) => `${'(b|'.repeat(n)}a${')'.repeat(n)}`],
    ['repetitions', (n: number) => `${'(?:'.repeat(n)}a${')?'.repeat(n)}`],
    ['classes', (n: number) => `${'['.repeat(n)}a${']'.repeat(n)}`],
    ['classes with a second item', (n: number) => `${'[b'.repeat(n)}a${']'.repeat(n)}`],
    ['operators', (n: number) => `[a${'--b'.repeat(n)}]`],
  ])('draws the limit on levels of %s where the engine does', async (_, nest) => {
    for (const level of [60, 61, 62, 63, 82, 83, 84, 124, 125, 126, 248, 249, 250, 251])
      await compare(nest(level), ['a'])
  })

  test('deviates in what it refuses: word boundaries of Unicode, rare spellings of properties, what compiles to too much', async () => {
    for (const pattern of ['(?u)\\bé', '(?u)\\p{isgreek}', 'a{1000}{100}$']) {
      expect(planRegex(toBytes(pattern))).toMatchObject({ ok: false })
      expect(typeof (await ask(pattern, 'a'))).toBe('boolean')
    }
  })
})
