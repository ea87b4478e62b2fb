/**
 * Policy files as text.
 * @module
 */
import { stringify } from 'yaml'
import { type LeftOut, oneLine } from './import-report.ts'

/** Rules as they are written in a file: keys in order. */
export type WrittenRule = Readonly<Record<string, unknown>>

/** One file of the policy: lists of rules by their key, and what is missing from them. */
export function writePolicyFile(
  lists: Readonly<Record<string, readonly WrittenRule[]>>,
  leftOut: readonly LeftOut[],
): string {
  const filled = Object.fromEntries(Object.entries(lists).filter(([, rules]) => rules.length > 0))
  const missing = leftOut.map(
    ({ subject, what, reason }) =>
      `# not carried over: ${oneLine(subject)}${what === 'part' ? ', in part' : ''}: ${oneLine(reason, 500)}\n`,
  )
  const head = '# yaml-language-server: $schema=schema.json\n# Imported from Cloudflare.\n'
  const body =
    Object.keys(filled).length === 0 ? '' : stringify(filled, { lineWidth: 0, aliasDuplicateObjects: false })
  return `${head}${missing.join('')}${body}`
}
