import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { importCloudflare } from '../../../src/policy/importers/import-cloudflare.ts'
import { type ImportedListKind, importList } from '../../../src/policy/importers/import-list.ts'
import type { ImportResult } from '../../../src/policy/importers/import-report.ts'
import { loadPolicy } from '../../../src/policy/load-policy.ts'

/**
 * `=== input` is what Cloudflare gives, `=== expected` what comes of it. Lists start with `# kind` and their kind.
 * After a change that is meant, run once with UPDATE_GOLDEN=1 and read the difference.
 */
const FOLDER = join(import.meta.dirname, 'golden')
const ROUTE =
  'routes: [{ id: a, hosts: [app.example], path: /, forward: { origin: "https://origin.example" } }]'

function readInput(text: string): ImportResult {
  const list = /^# kind ?([a-z]*)\n/.exec(text)
  if (!list) return importCloudflare(text)
  const kind = list[1] === '' ? {} : { kind: list[1] as ImportedListKind }
  return importList(text.slice(list[0].length), { name: 'mine', ...kind })
}

function describeResult(result: ImportResult): string {
  if (!result.ok) return `${result.message}\nfix: ${result.fix}\n`
  const { files, count, leftOut } = result.imported
  const parts = [...files].map(([file, content]) => `--- ${file}\n${content}`)
  const remarks = leftOut.map(({ subject, what, reason }) => `${what}: ${subject}: ${reason}\n`)
  return `${parts.join('')}--- ${count} carried over\n${remarks.join('')}`
}

const cases = readdirSync(FOLDER)

describe('what Cloudflare has', () => {
  test.each(cases)('comes out as %s says', (name) => {
    const [input = '', expected] = readFileSync(join(FOLDER, name), 'utf8')
      .replace('=== input\n', '')
      .split('=== expected\n')
    const outcome = describeResult(readInput(input))
    if (process.env.UPDATE_GOLDEN === '1') {
      writeFileSync(join(FOLDER, name), `=== input\n${input}=== expected\n${outcome}`)
      return
    }
    expect(outcome).toBe(expected)
  })

  test.each(cases.filter((name) => !/^(?:broken|no)-/.test(name)))(
    'compiles as %s makes it',
    async (name) => {
      const [input = ''] = readFileSync(join(FOLDER, name), 'utf8')
        .replace('=== input\n', '')
        .split('=== expected\n')
      const result = readInput(input)
      if (!result.ok) throw new Error(result.message)
      const loaded = await loadPolicy(new Map([...result.imported.files, ['routes/site.yaml', ROUTE]]))
      expect(loaded.ok ? [] : loaded.problems).toEqual([])
      if (!loaded.ok) return
      const { rules, limits } = loaded.model
      expect(rules.length + limits.length).toBe(
        result.imported.files.has('lists/mine.txt') ? 0 : result.imported.count,
      )
    },
  )

  test('is carried over or named, rule by rule', () => {
    for (const name of ['custom', 'limits', 'redirects-and-transforms']) {
      const [input = ''] = readFileSync(join(FOLDER, `${name}.golden`), 'utf8')
        .replace('=== input\n', '')
        .split('=== expected\n')
      const result = importCloudflare(input)
      if (!result.ok) throw new Error(result.message)
      const rules = input.match(/"action":/g)?.length
      const { count, leftOut } = result.imported
      expect(count + leftOut.filter(({ what }) => what === 'rule').length).toBe(rules)
    }
  })
})
