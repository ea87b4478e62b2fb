/**
 * An expression as instructions of a Thompson automaton.
 * @module
 */
import { isNullable, type Look, type RegexNode } from './node.ts'
import type { Ranges } from './ranges.ts'

/** Takes a byte of set `x`, then goes to `y`. */
export const OP_BYTE = 0
/** Goes to `x`, and when that fails to `y`. */
export const OP_SPLIT = 1
/** Goes to `y` when look `x` holds. */
export const OP_LOOK = 2
/** Stores the position in slot `x`, then goes to `y`. */
export const OP_SAVE = 3
export const OP_MATCH = 4

export interface Program {
  readonly ops: readonly number[]
  readonly x: readonly number[]
  readonly y: readonly number[]
  readonly start: number
  /** Sets of bytes that instructions take. */
  readonly sets: readonly Ranges[]
  readonly looks: readonly Look[]
}

/**
 * Instructions at most. Every byte of a subject costs at worst one step for each, so this bounds what a
 * hostile subject can make us do: 8 KiB times 4,000.
 */
export const MAX_INSTRUCTIONS = 4_000

/** How many instructions `node` needs, without making them; may be `Infinity`. */
export function countInstructions(node: RegexNode): number {
  switch (node.kind) {
    case 'empty':
      return 0
    case 'byte':
    case 'look':
      return 1
    case 'group':
      return countInstructions(node.item) + 2
    case 'concat':
      return node.items.reduce((sum, item) => sum + countInstructions(item), 0)
    case 'alternate':
      return node.items.reduce((sum, item) => sum + countInstructions(item), node.items.length - 1)
    case 'repeat': {
      const { min, max } = node
      const item = countInstructions(node.item)
      if (max === Number.POSITIVE_INFINITY) return Math.max(min, 1) * item + 2
      return max * item + (max - min)
    }
  }
}

/**
 * Compiles `node`; positions of groups whose index is in `captures` are stored in slots 2 and up, in the
 * order of `captures`. The caller has checked {@link countInstructions}.
 */
export function compileProgram(node: RegexNode, captures: readonly number[] = []): Program {
  const builder = new ProgramBuilder(captures)
  const match = builder.emit(OP_MATCH, 0, 0)
  const start = builder.add(node, match)
  const { ops, x, y, sets, looks } = builder
  return { ops, x, y, start, sets, looks }
}

/** Adds from the last instruction to the first, so that every target is known. */
class ProgramBuilder {
  readonly ops: number[] = []
  readonly x: number[] = []
  readonly y: number[] = []
  readonly sets: Ranges[] = []
  readonly looks: Look[] = []
  readonly #setIndexes = new Map<string, number>()
  readonly #captures: readonly number[]

  constructor(captures: readonly number[]) {
    this.#captures = captures
  }

  emit(op: number, x: number, y: number): number {
    this.ops.push(op)
    this.x.push(x)
    return this.y.push(y) - 1
  }

  /** Gives the first instruction of `node` followed by `next`. */
  add(node: RegexNode, next: number): number {
    switch (node.kind) {
      case 'empty':
        return next
      case 'byte':
        return this.emit(OP_BYTE, this.#set(node.ranges), next)
      case 'look':
        return this.emit(OP_LOOK, this.#look(node.look), next)
      case 'group': {
        const slot = this.#captures.indexOf(node.index)
        if (slot < 0) return this.add(node.item, next)
        const end = this.emit(OP_SAVE, slot * 2 + 3, next)
        return this.emit(OP_SAVE, slot * 2 + 2, this.add(node.item, end))
      }
      case 'concat':
        return node.items.reduceRight((after, item) => this.add(item, after), next)
      case 'alternate': {
        const [last = next, ...before] = node.items.map((item) => this.add(item, next)).reverse()
        return before.reduce((rest, branch) => this.emit(OP_SPLIT, branch, rest), last)
      }
      case 'repeat':
        return this.#repeat(node, next)
    }
  }

  #repeat(node: RegexNode & { kind: 'repeat' }, next: number): number {
    const { item, min, max, lazy } = node
    let start = next
    let copies = min
    if (max === Number.POSITIVE_INFINITY) {
      start = this.#loop(item, next, min > 0 || isNullable(item), lazy)
      if (min === 0 && isNullable(item)) start = this.#split(start, next, lazy)
      copies = Math.max(min - 1, 0)
    } else for (let i = min; i < max; i++) start = this.#split(this.add(item, start), next, lazy)
    for (; copies > 0; copies--) start = this.add(item, start)
    return start
  }

  /** Entered at the item with `once`, else at the choice. */
  #loop(item: RegexNode, next: number, once: boolean, lazy: boolean): number {
    const choice = this.#split(next, next, lazy)
    const body = this.add(item, choice)
    if (lazy) this.y[choice] = body
    else this.x[choice] = body
    return once ? body : choice
  }

  #split(into: number, past: number, lazy: boolean): number {
    return lazy ? this.emit(OP_SPLIT, past, into) : this.emit(OP_SPLIT, into, past)
  }

  #set(ranges: Ranges): number {
    const key = ranges.join()
    const known = this.#setIndexes.get(key)
    if (known !== undefined) return known
    this.#setIndexes.set(key, this.sets.length)
    return this.sets.push(ranges) - 1
  }

  #look(look: Look): number {
    const known = this.looks.indexOf(look)
    return known < 0 ? this.looks.push(look) - 1 : known
  }
}
