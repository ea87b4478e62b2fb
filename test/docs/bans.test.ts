import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { attackCommand } from '../../src/cli/attack.ts'
import { bansCommand } from '../../src/cli/bans.ts'
import { MAX_BANS } from '../../src/ingress/dos/watch-protocol.ts'
import {
  API_OFF,
  CONTROL_AWAY,
  MIN_TOKEN,
  refuseGuess,
  refuseInput,
  refuseMethod,
  WRONG_TOKEN,
} from '../../src/worker/operator-problems.ts'
import { readPage, readTable, unquote } from './page.ts'

const page = readPage('bans.md')
const optionsOf = (command: Command): readonly string[] => [
  ...new Set(command.commands.flatMap(({ options }) => options.map(({ long }) => long ?? ''))),
]
const COMMON = ['--url', '--token-file', '--json']

describe('docs/bans.md', () => {
  test.each<readonly [string, Command]>([
    ['bans', bansCommand()],
    ['attack', attackCommand()],
  ])('lists every option of %s, and no other', (name, command) => {
    const cells = readTable(page, `## Options of ${name}`).flat()
    const listed = new Set(
      [...cells.flatMap((cell) => cell.match(/`(--[a-z-]+)/g) ?? [])].map((cell) => cell.slice(1)),
    )
    expect([...listed].sort()).toEqual(
      optionsOf(command)
        .filter((option) => !COMMON.includes(option))
        .sort(),
    )
    for (const option of COMMON) expect(page).toContain(`\`${option}`)
  })

  test('has a row for every refusal of the API', () => {
    const rules = [API_OFF, WRONG_TOKEN, refuseGuess(1), refuseInput(''), refuseMethod([]), CONTROL_AWAY]
    const rows = readTable(page, '## The API').filter(([cell = '']) => cell.startsWith('`route.'))
    expect(rows.map(([cell = '']) => unquote(cell)).sort()).toEqual(rules.map(({ rule }) => rule).sort())
    for (const { rule, status } of rules) {
      const row = rows.find(([cell = '']) => unquote(cell) === rule)
      expect([rule, row?.[1]]).toEqual([rule, expect.stringContaining(String(status))])
    }
  })

  test('has the figures of the code', () => {
    expect(page).toContain(`At most ${MAX_BANS.toLocaleString('en')} bans`)
    expect(page).toContain(`at least ${MIN_TOKEN} characters`)
  })
})
