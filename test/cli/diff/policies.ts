/** Policies compiled for a test from a few lines. */
import { openContent, type PolicyContent } from '../../../src/cli/diff/policy-content.ts'
import { loadPolicy } from '../../../src/policy/load-policy.ts'

export type Files = Readonly<Record<string, string>>

export const SITE: Files = {
  'routes/site.yaml': `routes:
  - id: site
    hosts: [www.example.com]
    path: /
    forward: { origin: 'http://127.0.0.1:8788' }
`,
}

export function rule(id: string, expression: string, more = ''): string {
  return `  - { id: ${id}, description: d, expression: '${expression}', action: block${more} }\n`
}

export function customRules(...rules: readonly string[]): Files {
  return { 'custom.yaml': `rules:\n${rules.join('')}` }
}

export async function compileContent(...files: readonly Files[]): Promise<PolicyContent> {
  const all = new Map(Object.entries(Object.assign({}, SITE, ...files) as Files))
  const loaded = await loadPolicy(all)
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, null, 2))
  return openContent(loaded.bundle.buffer)
}
