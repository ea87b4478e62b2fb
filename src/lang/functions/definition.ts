/**
 * A function of the Rules language: what the checker and the evaluator know of it.
 *
 * Bounds that hold for every function: a result has at most `MAX_RESULT_BYTES` bytes or `MAX_RESULT_ITEMS`
 * items; one that would be longer is nil, because a wrong value is worse than none. Work is linear in the
 * arguments.
 * @module
 */
import type { ArgumentNode } from '../ast.ts'
import type { Signature } from '../scheme.ts'
import type { Value } from '../value.ts'

/** Arguments that are missing, or nil, are `undefined`. Gives `undefined` for nil. Never throws. */
export type FunctionCall = (args: readonly (Value | undefined)[]) => Value | undefined

export interface FunctionDefinition {
  readonly signature: Signature
  readonly call: FunctionCall
  /**
   * A call with its literals already looked at: patterns parsed, networks read. The evaluator uses it when
   * it is there; `call` must give the same.
   */
  prepare?(args: readonly ArgumentNode[]): FunctionCall
  /** What one call costs on a typical value, in steps of about 10 ns. For the budget of `sallyport check`. */
  readonly cost: number
}

/** 1 MiB: no header section or URL reaches it, only results made to grow. */
export const MAX_RESULT_BYTES: number = 1 << 20

export const MAX_RESULT_ITEMS: number = 1 << 16
