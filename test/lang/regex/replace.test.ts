import fc from 'fast-check'
import { RE2JS } from 're2js'
import { describe, expect, test } from 'vitest'
import { createCaptures } from '../../../src/lang/regex/captures.ts'
import { isNullable, type RegexNode } from '../../../src/lang/regex/node.ts'
import { parseRegex } from '../../../src/lang/regex/parse.ts'
import { compileProgram } from '../../../src/lang/regex/program.ts'
import { checkRegexReplace } from '../../../src/lang/regex/replace-regex.ts'
import { parseReplacement } from '../../../src/lang/regex/replacement.ts'
import { createRegexReplace } from '../../../src/lang/regex/run-regex.ts'
import { commonPattern, commonSubject } from './arbitrary.ts'
import { HOSTILE } from './hostile.ts'

function countGroups(source: string): number {
  return source.match(/\((?!\?)/g)?.length ?? 0
}

function loopsOverNothing(node: RegexNode): boolean {
  if (node.kind === 'repeat') return isNullable(node.item) || loopsOverNothing(node.item)
  if (node.kind === 'group') return loopsOverNothing(node.item)
  return (node.kind === 'concat' || node.kind === 'alternate') && node.items.some(loopsOverNothing)
}

function positions(source: string, subject: string): number[] | undefined {
  const parsed = parseRegex(source)
  if (!parsed.ok) throw new Error(parsed.message)
  const groups = Array.from({ length: countGroups(source) }, (_, i) => i + 1)
  const found = createCaptures(compileProgram(parsed.node, groups), groups.length)(subject)
  return found && [...found]
}

describe('regex_replace', () => {
  test.each([
    ['/foo/bar', '/bar$', '/baz', '/foo/baz'],
    ['/x', '^/y$', '/mumble', '/x'],
    ['/a/a', '/a', '/b', '/b/a'],
    ['/b', '^/b$', '/b$$', '/b$'],
    ['/foo/a/path', '^/foo/([^/]*)/(.*)$', `/bar/\${2}/\${1}`, '/bar/path/a'],
    ['abc', 'b', '[$0]', 'a[b]c'],
    ['abc', '(?<x>b)', `<$x\${x}>`, 'a<bb>c'],
    ['abc', '(b)', `$1x|\${1}x|$9|$`, 'a|bx||$c'],
    ['abc', '(z)?b', '[$1]', 'a[]c'],
    ['aaa', 'a*?', 'x', 'xaaa'],
    ['abcd', '(a|ab)(c|bcd)?', '<$1,$2>', '<a,bcd>'],
    ['a\xc3\xa9', '\\xc3', '?', 'a?\xa9'],
    ['', '^', 'x', 'x'],
  ])('%s with %s by %s gives %s', (subject, source, replacement, expected) => {
    expect(checkRegexReplace(source, replacement)).toBeUndefined()
    expect(createRegexReplace({ source })(subject, replacement)).toBe(expected)
  })

  test('keeps no work of another replacement', () => {
    const replace = createRegexReplace({ source: '(a)(b)' })
    expect(['$1', '$2', '$1'].map((replacement) => replace('ab', replacement))).toEqual(['a', 'b', 'a'])
  })

  test.each([
    ['a(', '', { part: 'source' }],
    ['(?u)\\w', '', { part: 'source' }],
    ['(?:a{1000}){1000}', '', { part: 'source' }],
    ['a', '$1'.repeat(9), { part: 'replacement' }],
  ])('finds fault with %s and %s, and replaces nothing', (source, replacement, fault) => {
    expect(checkRegexReplace(source, replacement)).toMatchObject(fault)
    expect(createRegexReplace({ source })('a', replacement)).toBeUndefined()
  })

  test.each(HOSTILE)('is linear for $source', ({ source, subject, matches }) => {
    const text = subject(4_000)
    expect(createRegexReplace({ source })(text, '$0$1')?.length === text.length).toBe(
      !matches || source === '/\\*.*?\\*/',
    )
  })
})

describe('the first match and its groups', () => {
  test('are where re2js has them', () => {
    fc.assert(
      fc.property(
        commonPattern,
        fc.array(commonSubject, { minLength: 1, maxLength: 5 }),
        (source, subjects) => {
          const theirs = RE2JS.compile(source)
          for (const subject of subjects) {
            const matcher = theirs.matcher(subject)
            const groups = countGroups(source) + 1
            const expected = matcher.find()
              ? Array.from({ length: groups }, (_, group) => [
                  matcher.start(group),
                  matcher.end(group),
                ]).flat()
              : undefined
            expect(positions(source, subject), `${source} on ${JSON.stringify(subject)}`).toEqual(expected)
          }
        },
      ),
      { numRuns: 2_000 },
    )
  })

  test('are where JavaScript has the whole match', () => {
    fc.assert(
      fc.property(commonPattern, commonSubject, (source, subject) => {
        const parsed = parseRegex(source)
        // JavaScript leaves a loop as soon as it takes nothing, and may then match less.
        fc.pre(parsed.ok && !loopsOverNothing(parsed.node))
        const match = new RegExp(source).exec(subject)
        const found = positions(source, subject)
        if (found) expect([found[0], found[1]]).toEqual(match && [match.index, match.index + match[0].length])
        else expect(match).toBeNull()
      }),
      { numRuns: 1_000 },
    )
  })
})

test('a replacement splits into text and references', () => {
  expect(parseReplacement(`a$1b\${2}c$$d$`)).toEqual([
    { text: 'a' },
    { group: '1b' },
    { group: '2' },
    { text: 'c$d$' },
  ])
  expect(parseReplacement(`\${1`)).toEqual([{ text: `\${1` }])
  expect(parseReplacement('')).toEqual([])
})
