/**
 * What is looked for in a User-Agent, taken apart: a literal for the automaton, and what must hold besides.
 * @module
 */
import type { LiteralCheck, Structure } from '../../../bundle/agents-part.ts'

export interface LiteralPattern {
  /** Letters are found in both cases. */
  readonly literal: string
  readonly check: LiteralCheck
}

export interface Patterns {
  readonly literals: readonly LiteralPattern[]
  /** What has no literal that is worth looking for. */
  readonly structures: readonly Structure[]
}
