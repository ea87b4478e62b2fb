import { expect, test } from 'vitest'
import { loadPolicy } from '../../src/policy/load-policy.ts'
import type { Problem } from '../../src/policy/problem.ts'
import { readSource } from '../../src/policy/source.ts'

async function problemsOf(text: string): Promise<readonly Problem[]> {
  const result = await loadPolicy(new Map([['custom.yaml', text]]))
  return result.ok ? [] : result.problems
}

test('a key that is written twice is refused where it is repeated, however deep', () => {
  const result = readSource('a.yaml', 'a: 1\nb:\n  - { x: 1, y: 2, x: 3 }\na: 2\n')
  expect(result).toMatchObject({
    ok: false,
    problems: [
      { line: 3, column: 19, message: 'Map keys must be unique' },
      { line: 4, column: 1, message: 'Map keys must be unique' },
    ],
  })
  expect(readSource('a.yaml', 'a: { x: 1 }\nb: { x: 1 }\n').ok).toBe(true)
})

test('of many unknown keys a hundred are told, and that there are more', async () => {
  const problems = await problemsOf(Array.from({ length: 30_000 }, (_, i) => `k${i}: 1`).join('\n'))
  const own = problems.filter(({ file }) => file === 'custom.yaml')
  expect(own).toHaveLength(101)
  expect(own.at(-1)?.message).toBe('The file has more problems than the 100 above')
})

test('nesting, anchors and aliases without end are problems of the file', async () => {
  const letters = 'abcdefghi'.split('')
  const bomb = letters.map((letter, i) => {
    const item = i === 0 ? 'x' : `*${letters[i - 1]}`
    return `${letter}: &${letter} [${new Array(10).fill(item).join(',')}]`
  })
  for (const text of [`${bomb.join('\n')}\nrules: *i\n`, `rules: ${'['.repeat(50_000)}`, '- '.repeat(50_000)])
    expect((await problemsOf(text)).map(({ file }) => file)).toContain('custom.yaml')
})

test.each([
  ['!(http.host eq "a")', 'begins with !'],
  ['!ssl', 'begins with !'],
  ['!js/function "return 1"', 'Check indentation'],
  ['http.request.uri.path eq "/a: b"', 'colon and a blank'],
])('of the expression %s without quotes the fix is what YAML wants', async (expression, words) => {
  const [problem] = await problemsOf(`rules:\n  - id: a\n    expression: ${expression}\n    action: block\n`)
  expect(problem).toMatchObject({ line: 3, fix: expect.stringContaining(words) })
})
