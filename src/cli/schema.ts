/**
 * Writes `rules/schema.json`, the schema that editors check policy files with. What a key means comes from
 * `docs/rules.md`, so that there is one text to keep right: `node src/cli/schema.ts`.
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { type KeyDescriptions, writePolicySchema } from '../policy/json-schema.ts'

const OUT = new URL('../../rules/schema.json', import.meta.url)

/** What several files share: its name in the schema, and its heading. */
const SHARED = [
  ['request', 'Requests in examples and tests'],
  ['crawler', 'Terms of crawlers'],
] as const

/** Without Markdown's marks: editors show descriptions as they are. */
function plain(cell: string): string {
  return cell
    .trim()
    .replaceAll('`', '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
}

/** One text of the three last cells: what it means, its bounds and its default. */
function describe([, fallback = '', bounds = '', meaning = '']: readonly string[]): string {
  const parts = [
    meaning,
    bounds === '' ? '' : `Bounds: ${bounds}`,
    fallback === 'required' ? 'Required' : fallback === '' ? '' : `Default: ${fallback}`,
  ]
  return parts
    .filter((part) => part !== '')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('. ')
}

/** The tables of keys below headings that name a file, or `request`. */
function readDescriptions(page: string): KeyDescriptions {
  const found = new Map<string, Map<string, string>>()
  let current: Map<string, string> | undefined
  for (const line of page.split('\n')) {
    const heading = /^#{2,4} (.+)$/.exec(line)?.[1]
    if (heading !== undefined) {
      current = new Map()
      found.set(heading, current)
    } else if (line.startsWith('| `')) {
      const cells = line.slice(1, -1).split('|').map(plain)
      current?.set(cells[0] ?? '', describe(cells))
    }
  }
  for (const [name, heading] of SHARED) found.set(name, found.get(heading) ?? new Map())
  return found
}

/** The schema as it should be in `rules/schema.json` now. */
export function describePolicy(): string {
  return writePolicySchema(
    readDescriptions(readFileSync(new URL('../../docs/rules.md', import.meta.url), 'utf8')),
  )
}

if (process.argv[1] === import.meta.filename) writeFileSync(OUT, describePolicy())
