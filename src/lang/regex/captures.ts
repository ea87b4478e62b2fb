/**
 * Where an expression matches first, and its groups: a Pike machine, linear in the subject.
 *
 * Of all matches it gives the leftmost, and there the one that the order of alternatives and greediness
 * prefers, as a backtracking engine would, without going back.
 * @module
 */
import { type Alphabet, buildAlphabet, KIND_EDGE, lookHolds } from './alphabet.ts'
import { OP_BYTE, OP_LOOK, OP_MATCH, OP_SAVE, OP_SPLIT, type Program } from './program.ts'

/** Positions of the whole match, then of each group asked for; -1 where a group took no part. */
export type Positions = Int32Array

/**
 * Finds the first match of `program`, which was compiled to store `groups` groups. Memory is in proportion
 * to program and groups, and does not depend on the subject.
 */
export function createCaptures(program: Program, groups: number): (subject: string) => Positions | undefined {
  const machine = new PikeMachine(program, groups * 2 + 2)
  return (subject) => machine.find(subject)
}

/** Instructions that wait, best first, each with the positions of its thread. */
class Threads {
  readonly list: Uint16Array
  readonly slots: Int32Array
  readonly seen: Uint8Array
  count = 0

  constructor(size: number, width: number) {
    this.list = new Uint16Array(size)
    this.slots = new Int32Array(size * width)
    this.seen = new Uint8Array(size)
  }

  clear(): void {
    this.count = 0
    this.seen.fill(0)
  }
}

class PikeMachine {
  readonly #program: Program
  readonly #alphabet: Alphabet
  readonly #width: number
  readonly #scratch: Int32Array
  /** Instructions to follow, and, negative, slots to set back to the number below them. */
  readonly #stack: Int32Array
  #now: Threads
  #next: Threads

  constructor(program: Program, width: number) {
    const size = program.ops.length
    this.#program = program
    this.#alphabet = buildAlphabet(program)
    this.#width = width
    this.#scratch = new Int32Array(width)
    this.#stack = new Int32Array(size * 3 + 3)
    this.#now = new Threads(size, width)
    this.#next = new Threads(size, width)
  }

  find(subject: string): Positions | undefined {
    let found: Positions | undefined
    this.#now.clear()
    for (let at = 0; at <= subject.length; at++) {
      if (found === undefined) {
        this.#scratch.fill(-1)
        this.#scratch[0] = at
        this.#enter(this.#now, this.#program.start, subject, at)
      }
      if (this.#now.count === 0 && found !== undefined) break
      found = this.#advance(subject, at) ?? found
      const now = this.#now
      this.#now = this.#next
      this.#next = now
    }
    return found
  }

  /** Moves every thread over the byte at `at`; gives the match of the best thread that has one. */
  #advance(subject: string, at: number): Positions | undefined {
    const { ops, x, y } = this.#program
    const { classes, accepts, count } = this.#alphabet
    const width = this.#width
    const now = this.#now
    this.#next.clear()
    const set = at < subject.length ? (classes[subject.charCodeAt(at) & 0xff] ?? 0) : -1
    for (let i = 0; i < now.count; i++) {
      const pc = now.list[i] ?? 0
      if (ops[pc] === OP_MATCH) {
        const found = now.slots.slice(pc * width, (pc + 1) * width)
        found[1] = at
        return found
      }
      if (set < 0 || accepts[(x[pc] ?? 0) * count + set] !== 1) continue
      copy(now.slots, pc * width, this.#scratch, 0, width)
      this.#enter(this.#next, y[pc] ?? 0, subject, at + 1)
    }
    return undefined
  }

  /** Adds what `start` leads to without taking a byte, in the order of preference. */
  #enter(threads: Threads, start: number, subject: string, at: number): void {
    const { ops, x, y } = this.#program
    if (ops[start] === OP_BYTE) {
      // The commonest, without the walk: one byte follows another.
      if (threads.seen[start] === 1) return
      threads.seen[start] = 1
      threads.list[threads.count++] = start
      copy(this.#scratch, 0, threads.slots, start * this.#width, this.#width)
      return
    }
    const stack = this.#stack
    const before = this.#kindAt(subject, at - 1)
    const after = this.#kindAt(subject, at)
    let depth = 0
    stack[depth++] = start
    while (depth > 0) {
      const top = stack[--depth] ?? 0
      if (top < 0) {
        this.#scratch[-top - 1] = stack[--depth] ?? -1
        continue
      }
      if (threads.seen[top] === 1) continue
      threads.seen[top] = 1
      const op = ops[top]
      const target = y[top] ?? 0
      const first = x[top] ?? 0
      if (op === OP_BYTE || op === OP_MATCH) {
        threads.list[threads.count++] = top
        copy(this.#scratch, 0, threads.slots, top * this.#width, this.#width)
      } else if (op === OP_SPLIT) {
        stack[depth++] = target
        stack[depth++] = first
      } else if (op === OP_SAVE) {
        stack[depth++] = this.#scratch[first] ?? -1
        stack[depth++] = -first - 1
        this.#scratch[first] = at
        stack[depth++] = target
      } else if (op === OP_LOOK && this.#holds(first, before, after)) stack[depth++] = target
    }
  }

  #holds(index: number, before: number, after: number): boolean {
    const look = this.#program.looks[index]
    return look !== undefined && lookHolds(look, before, after)
  }

  #kindAt(subject: string, at: number): number {
    if (at < 0 || at >= subject.length) return KIND_EDGE
    const { classes, kinds } = this.#alphabet
    return kinds[classes[subject.charCodeAt(at) & 0xff] ?? 0] ?? 0
  }
}

/** A few numbers for each thread and byte: a view of them to copy from costs more than copying. */
function copy(from: Int32Array, at: number, to: Int32Array, start: number, count: number): void {
  for (let i = 0; i < count; i++) to[start + i] = from[at + i] as number
}
