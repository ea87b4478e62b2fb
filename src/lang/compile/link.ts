/**
 * What the parts of the compiler share, and how they reach each other: values hold tests and tests values.
 * @module
 */
import type { LogicalNode, ValueNode } from '../ast.ts'
import { type Environment, type Frame, type Read, readSlot, type Test } from '../program.ts'
import type { Value } from '../value.ts'
import type { NodeKeys } from './node-keys.ts'
import type { SlotTable } from './shared-nodes.ts'

/** A compiled value. `slot` is where it is kept, or -1. */
export interface Operand<F> {
  readonly slot: number
  readonly read: Read<F>
}

/** The items of an array, the values of a map, or what `[*]` leads to; `undefined` for nil. */
export type ListRead<F> = (frame: Frame<F>) => readonly Value[] | undefined

export type ArrayTest<F> = (frame: Frame<F>) => readonly boolean[]

/** Whether one value that is not nil satisfies a comparison. */
export type Predicate<F> = (value: Value, frame: Frame<F>) => boolean

export interface Link<F> {
  readonly environment: Environment<F>
  readonly maxSubject: number
  readonly keys: NodeKeys
  readonly slots: SlotTable
  readonly fillers: (Read<F> | undefined)[]
  /** The slots of a new frame. */
  readonly blank: readonly unknown[]
  compileValue(node: ValueNode): Operand<F>
  /** For a node with `[*]`, or an array or map that stands for its items. */
  compileList(node: ValueNode): ListRead<F>
  compileTest(node: LogicalNode): Test<F>
  compileArray(node: LogicalNode): ArrayTest<F>
}

/** A value in its slot, when the node with this key has one; else computed each time. */
export function shareOperand<F>(link: Link<F>, key: number, compile: () => Read<F>): Operand<F> {
  const slot = link.slots.get(key)
  if (slot === undefined) return { slot: -1, read: compile() }
  link.fillers[slot] ??= compile()
  return { slot, read: (frame) => readSlot(frame, slot) }
}
