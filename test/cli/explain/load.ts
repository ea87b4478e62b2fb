/** A policy loaded for a test from a few lines. */
import type { LoadedPolicy } from '../../../src/cli/load-folder.ts'
import { loadPolicy } from '../../../src/policy/load-policy.ts'

export type Files = Readonly<Record<string, string>>

export const SITE: Files = {
  'routes/site.yaml': `routes:
  - id: site
    hosts: [www.example.com]
    path: /
    forward: { origin: 'http://127.0.0.1:8788' }
  - id: old
    hosts: [www.example.com]
    exact: /old
    redirect: { location: /new, status: 308, preserve_query: true }
`,
}

export async function load(...files: readonly Files[]): Promise<LoadedPolicy> {
  const all = new Map(Object.entries(Object.assign({}, SITE, ...files) as Files))
  const loaded = await loadPolicy(all)
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, null, 2))
  return loaded
}
