import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const entry = fileURLToPath(new URL('run.ts', import.meta.url))

function run(...args: readonly string[]): string {
  return execFileSync(process.execPath, [entry, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

test('`npm run sim` prints a row of the table for a scenario', () => {
  expect(run('--scenario', 'W10')).toMatch(/\| W10 +\| ours +\| 1 +\| \d/)
}, 60_000)

test('`npm run sim -- cost` prints what counting costs', () => {
  expect(run('cost', '--calls', '20')).toMatch(/\| Sallyport \| 320 \| 3\.00 \|/)
}, 60_000)

test('`npm run sim -- bound` prints the bound and the worst of its schedules', () => {
  const printed = run('bound', '--limit', '100', '--isolates', '8', '--schedules', '5')
  expect(printed).toMatch(/bound of a window +172 \(1\.72 L\)/)
  expect(printed).toMatch(/most that passed in 5 schedules +\d+/)
}, 60_000)
