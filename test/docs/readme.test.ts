import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { createProgram } from '../../src/cli/program.ts'
import { readPolicyFiles } from '../../src/cli/read-policy.ts'
import { runPolicyTests } from '../../src/cli/test/run-policy-tests.ts'
import { analyzePolicy } from '../../src/policy/analysis/analyze-policy.ts'
import { loadPolicy } from '../../src/policy/load-policy.ts'
import { readBlocks, readPage } from './page.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const README = readPage('../README.md')
const PAGES = [README, ...readdirSync(`${root}/docs`).map(readPage)]

test('the policy that README.md shows compiles, checks, and passes its own examples', async () => {
  const [custom = ''] = readBlocks(README, ['yaml'])
  const shipped = await readPolicyFiles(`${root}/rules`)
  const files = new Map([...shipped].filter(([name]) => !name.startsWith('tests/'))).set(
    'custom.yaml',
    custom,
  )
  const loaded = await loadPolicy(files)
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  const wrong = analyzePolicy(files, loaded).findings.filter(({ severity }) => severity !== 'note')
  expect(wrong).toEqual([])
  expect(await runPolicyTests(loaded, { now: 0, filter: 'api-abroad' })).toMatchObject({
    passed: 3,
    failed: 0,
  })
})

const lines = PAGES.map((page) => page.replace(/\\\n\s*/g, ' '))
const shown = lines.flatMap((page) => [
  ...page.matchAll(/npm run (?:--silent )?sallyport -- ([a-z]+)([^#\n|]*)/g),
])
const commands = new Map<string, Set<string>>()
const program = createProgram()

/** The command that words name, and how many of the words name it. */
function findCommand(words: readonly string[]): [command: Command, name: string] {
  let command = program
  const names: string[] = []
  for (const word of words) {
    const next = command.commands.find((each) => each.name() === word)
    if (next === undefined) break
    command = next
    names.push(word)
  }
  return [command, names.join(' ')]
}

for (const [, first = '', rest = ''] of shown) {
  const [, name] = findCommand(`${first}${rest}`.split(/\s+/))
  const flags = commands.get(name) ?? new Set()
  for (const [flag] of rest.replace(/'[^']*'/g, '').matchAll(/--[a-z-]+/g)) flags.add(flag)
  commands.set(name, flags)
}

test.each([...commands])(
  'README.md and docs show no flag of `sallyport %s` that it has not',
  (name, flags) => {
    const [{ options }] = findCommand(name.split(' '))
    const known = ['--help', ...options.map(({ long }) => long)]
    expect(name).not.toBe('')
    expect([...flags].filter((flag) => !known.includes(flag))).toEqual([])
  },
)
