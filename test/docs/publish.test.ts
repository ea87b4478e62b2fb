import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { diffCommand } from '../../src/cli/diff.ts'
import { publishCommand } from '../../src/cli/publish.ts'
import { statusCommand } from '../../src/cli/status.ts'
import { readPage, readTable } from './page.ts'

describe.each<readonly [string, Command]>([
  ['publish', publishCommand()],
  ['status', statusCommand()],
  ['diff', diffCommand()],
])('docs/publish.md', (name, command) => {
  test(`lists every option of ${name}, and no other`, () => {
    const cells = readTable(readPage('publish.md'), `## Options of ${name}`).map(([cell = '']) => cell)
    const listed = cells.flatMap((cell) => cell.match(/--[a-z-]+/g) ?? [])
    const options = command.options.map(({ long }) => long)
    expect([...listed].sort()).toEqual([...options].sort())
  })
})
