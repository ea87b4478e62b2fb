import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openBundle } from '../../src/bundle/bundle.ts'
import { printProblems } from '../../src/cli/print-problems.ts'
import { loadPolicy } from '../../src/policy/load-policy.ts'

/**
 * Each file holds a policy folder and what comes of it: `=== path` starts a file, `=== expected` the outcome.
 * After a change that is meant, run once with UPDATE_GOLDEN=1 and read the difference.
 */
const FOLDER = join(import.meta.dirname, 'golden')
const EXPECTED = 'expected'

function readParts(text: string): Map<string, string> {
  const parts = text.split(/^=== /m).slice(1)
  return new Map(parts.map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)]))
}

async function describeOutcome(files: ReadonlyMap<string, string>): Promise<string> {
  const result = await loadPolicy(files)
  if (!result.ok) return printProblems(result.problems, files)
  expect(openBundle(result.bundle.buffer).model).toEqual(result.model)
  return `${printProblems(result.warnings, files, { label: 'warning' })}${JSON.stringify(result.model, null, 2)}\n`
}

const cases = readdirSync(FOLDER).filter((name) => name.endsWith('.golden'))

describe('a policy folder', () => {
  test('has golden cases', () => {
    expect(cases.length).toBeGreaterThan(5)
  })

  test.each(cases)('comes out as %s says', async (name) => {
    const text = readFileSync(join(FOLDER, name), 'utf8')
    const parts = readParts(text)
    const expected = parts.get(EXPECTED)
    parts.delete(EXPECTED)
    const outcome = await describeOutcome(parts)
    if (process.env.UPDATE_GOLDEN === '1') {
      const input = text.split(/^=== expected\n/m)[0] ?? ''
      writeFileSync(join(FOLDER, name), `${input}=== expected\n${outcome}`)
      return
    }
    expect(outcome).toBe(expected)
  })
})
