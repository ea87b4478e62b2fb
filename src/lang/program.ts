/**
 * Compiled expressions and what they run on.
 * @module
 */
import type { FunctionDefinition } from './functions/definition.ts'
import type { Value } from './value.ts'

/** What the names in expressions stand for. `F` is what is known of one request. */
export interface Environment<F> {
  /** A field's value, or `undefined` for nil. Read at most once per frame. A field without a reader is nil. */
  readonly fields: ReadonlyMap<string, (facts: F) => Value | undefined>
  readonly functions: ReadonlyMap<string, FunctionDefinition>
  /** Whether a value is on a list; a list there is none of holds nothing. Asked once, when it is first used. */
  list(name: string): ((value: Value) => boolean) | undefined
  /** What `!=` gives for nil: Cloudflare's documentation says false, the engine's default is true. */
  readonly nilNotEqual: boolean
  /**
   * The longest subject of a regular expression in bytes, by default `MAX_SUBJECT`. Of a longer one only the
   * beginning is looked at, as Cloudflare does with bodies, and `$` matches at the cut; `Frame.cuts` counts.
   */
  readonly maxSubject?: number
}

export const MAX_SUBJECT: number = 8192

/** The state of one request: what has been computed so far. Made by `Program.start`. */
export interface Frame<F> {
  readonly facts: F
  /** Shared values by slot; `PENDING` until first asked for. */
  readonly slots: unknown[]
  readonly fillers: readonly (Read<F> | undefined)[]
  /** Evaluations that threw, which is a defect of ours; what they stood for is nil or false. */
  faults: number
  /** Subjects of regular expressions that were cut. */
  cuts: number
}

export type Read<F> = (frame: Frame<F>) => Value | undefined
export type Test<F> = (frame: Frame<F>) => boolean

/** Filters and values that share what they have in common. Nothing here throws. */
export interface Program<F> {
  start(facts: F): Frame<F>
  /** By the filter's place in the list it was compiled from. Compiled when it is first called. */
  filter(index: number): Test<F>
  value(index: number): Read<F>
}

/** In a slot: nobody has asked yet. */
export const PENDING: unique symbol = Symbol('pending')

/** What faulted is not kept: else only the first of those who share it would know that it is no nil. */
function fillSlot<F>(frame: Frame<F>, slot: number): Value | undefined {
  const { faults } = frame
  let value: Value | undefined
  try {
    value = frame.fillers[slot]?.(frame)
  } catch {
    frame.faults++
  }
  if (frame.faults === faults) frame.slots[slot] = value
  return value
}

/** The value of a slot, computed when it is first asked for. */
export function readSlot<F>(frame: Frame<F>, slot: number): Value | undefined {
  const value = frame.slots[slot]
  return value === PENDING ? fillSlot(frame, slot) : (value as Value | undefined)
}
