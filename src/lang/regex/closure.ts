/**
 * One step of a Thompson automaton: from a set of instructions over one byte to the next set.
 * @module
 */
import { type Alphabet, lookHolds } from './alphabet.ts'
import { OP_BYTE, OP_LOOK, OP_MATCH, OP_SPLIT, type Program } from './program.ts'

/** Scratch memory for one program; a fixed size, whatever the subject. */
export class Stepper {
  readonly #program: Program
  readonly #alphabet: Alphabet
  readonly #stack: Uint16Array
  readonly #seen: Uint8Array
  readonly #target: Uint8Array
  /** Instructions that wait to take a byte. */
  readonly #waiting: number[] = []

  constructor(program: Program, alphabet: Alphabet) {
    const size = program.ops.length
    this.#program = program
    this.#alphabet = alphabet
    // Every instruction is expanded once and pushes two at most.
    this.#stack = new Uint16Array(size * 2 + 2)
    this.#seen = new Uint8Array(size)
    this.#target = new Uint8Array(size)
  }

  /**
   * Where `from` leads over a byte of class `at`, in no order; `undefined` when it matches before that byte.
   * `before` and `after` are kinds. With `at` -1 there is no byte, and the answer is empty.
   */
  step(from: readonly number[], before: number, after: number, at: number): number[] | undefined {
    if (this.#close(from, before, after)) return undefined
    if (at < 0) return []
    const { x, y } = this.#program
    const { accepts, count } = this.#alphabet
    const next: number[] = []
    this.#target.fill(0)
    for (const pc of this.#waiting) {
      const to = y[pc] ?? 0
      if (accepts[(x[pc] ?? 0) * count + at] !== 1 || this.#target[to] === 1) continue
      this.#target[to] = 1
      next.push(to)
    }
    return next
  }

  /** Whether `from` can match or wait for a byte between bytes of these kinds. */
  canBegin(from: number, before: number, after: number): boolean {
    return this.#close([from], before, after) || this.#waiting.length > 0
  }

  /** Fills `#waiting`; true when the program matches here. */
  #close(from: readonly number[], before: number, after: number): boolean {
    const { ops, x, y, looks } = this.#program
    const stack = this.#stack
    const seen = this.#seen
    seen.fill(0)
    this.#waiting.length = 0
    for (const entry of from) {
      let depth = 1
      stack[0] = entry
      while (depth > 0) {
        const pc = stack[--depth] ?? 0
        if (seen[pc] === 1) continue
        seen[pc] = 1
        const op = ops[pc]
        if (op === OP_MATCH) return true
        if (op === OP_BYTE) this.#waiting.push(pc)
        else if (op === OP_SPLIT) {
          stack[depth++] = y[pc] ?? 0
          stack[depth++] = x[pc] ?? 0
        } else if (op !== OP_LOOK || holds(looks[x[pc] ?? 0], before, after)) stack[depth++] = y[pc] ?? 0
      }
    }
    return false
  }
}

function holds(look: Program['looks'][number] | undefined, before: number, after: number): boolean {
  return look !== undefined && lookHolds(look, before, after)
}
