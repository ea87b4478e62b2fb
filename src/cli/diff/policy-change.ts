/**
 * One thing that differs between two policies.
 * @module
 */

export type Section = 'settings' | 'hygiene' | 'guard' | 'list' | 'rule' | 'limit' | 'dos' | 'bots' | 'route'

export interface PolicyChange {
  readonly section: Section
  /** Id or name; empty for a section that is one thing, and for the order of a section's items. */
  readonly id: string
  readonly kind: 'added' | 'removed' | 'changed' | 'reordered'
  /** Which fields, with both values where those are short: `mode: log → enforce`. */
  readonly details: readonly string[]
}

const SIGNS = { added: '+', removed: '-', changed: '~', reordered: '~' } as const

/** One line: `+ rule bots.block`, `~ limit login: period: 60 → 10`. */
export function describeChange({ section, id, kind, details }: PolicyChange): string {
  if (kind === 'reordered') return `~ ${section}s: in another order`
  const name = id === '' ? section : `${section} ${id}`
  return `${SIGNS[kind]} ${name}${details.length === 0 ? '' : `: ${details.join(', ')}`}`
}
