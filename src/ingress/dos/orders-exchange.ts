/**
 * What the watch of a data centre and the control of the whole deployment tell one another: what was found
 * there, what holds everywhere back. State, not changes: a message that comes twice or not at all does no harm.
 * @module
 */
import type { AttackState, Ban, Level, Orders } from './watch-protocol.ts'

export interface ControlReport {
  /** The data centre. */
  readonly colo: string
  /** That of the last orders from control; 0 when there were none. */
  readonly revision: number
  /** Found there, and not yet among the orders. */
  readonly bans: readonly Ban[]
  /** Milliseconds of the longest ban that detection may give, by the policy that runs there. */
  readonly longest: number
  /** Routes that are under attack there, by its own detection: all of them. */
  readonly attacks: readonly AttackState[]
}

/** A source that an operator has let go: it is not to be banned again by itself for a while. */
export interface Pardon {
  readonly level: Level
  readonly key: string
  /** Milliseconds since the epoch. */
  readonly until: number
}

export interface ControlAnswer {
  /** Absent when there is nothing newer than the report's revision. */
  readonly orders?: Orders
  readonly pardons: readonly Pardon[]
}

/** Most bans in one report; the rest waits for the next. */
export const MAX_REPORTED = 256
/** Most pardons in one answer: the latest. */
export const MAX_PARDONS = 256

/** Names a source, for maps. Levels have no space in them. */
export function sourceOf({ level, key }: { readonly level: Level; readonly key: string }): string {
  return `${level} ${key}`
}
