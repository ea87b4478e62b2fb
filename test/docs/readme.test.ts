import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
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

const shown = PAGES.flatMap((page) => [...page.matchAll(/npm run sallyport -- ([a-z]+)([^#\n]*)/g)])
const commands = new Map<string, Set<string>>()
for (const [, name = '', rest = ''] of shown) {
  const flags = commands.get(name) ?? new Set()
  for (const [flag] of rest.replace(/'[^']*'/g, '').matchAll(/--[a-z-]+/g)) flags.add(flag)
  commands.set(name, flags)
}

test.each([...commands])(
  'README.md and docs show no flag of `sallyport %s` that it has not',
  async (name, flags) => {
    const { stdout } = await promisify(execFile)(process.execPath, ['src/cli/main.ts', name, '--help'], {
      cwd: root,
    })
    // A command of commands, as `keys new`, names them and has the flags below them.
    if (stdout.includes('Commands:')) return
    expect([...flags].filter((flag) => !stdout.includes(flag))).toEqual([])
  },
)
