/**
 * Steps through a subject with the instructions that wait as bits of whole words, 32 at a time: the answer to
 * subjects that lead to a new set at nearly every byte, which no cache of sets can help with.
 *
 * Instructions that take a byte are numbered in the order in which they follow each other, so that for most of
 * them "what comes next" is a shift by one bit (Baeza-Yates and Gonnet, "A New Approach to Text Searching",
 * 1992). What else may follow is added row by row; instructions with the same rest share a row.
 * @module
 */
import { type Alphabet, KIND_EDGE, lookHolds } from './alphabet.ts'
import { overlaps, setBit, unite } from './bits.ts'
import { OP_BYTE, OP_LOOK, OP_MATCH, OP_SPLIT, type Program } from './program.ts'

/** Words of all rows together: each may be looked at for every byte. */
const MAX_ROW_WORDS = 1024

/**
 * Whether the rest of a subject, from a position behind its start, matches for threads at `members`;
 * `undefined` when there are too many different rows.
 */
export type BitSearch = (subject: string, from: number, members: readonly number[]) => boolean | undefined

interface Row {
  /** Instructions that it follows, and what it adds. */
  readonly after: Int32Array
  readonly adds: Int32Array
}

/** What follows behind a byte of one kind and before one of another, or the end. */
interface Gap {
  /** Instructions that the one with the next number follows. */
  readonly chain: Int32Array
  readonly rows: readonly Row[]
  /** What begins anew here. */
  readonly restart: Int32Array
  /** Instructions with which the program has matched here. */
  readonly matching: Int32Array
  /** It matches nothing at all here, which is a match, too. */
  readonly matchesEmpty: boolean
}

export function createBitSearch(program: Program, alphabet: Alphabet): BitSearch {
  const machine = new BitMachine(program, alphabet)
  return (subject, from, members) => machine.run(subject, from, members)
}

class BitMachine {
  readonly #program: Program
  readonly #alphabet: Alphabet
  /** Instructions that take a byte, in their order here. */
  readonly #order: readonly number[]
  readonly #bitOf: ReadonlyMap<number, number>
  readonly #words: number
  /** By class of byte: the instructions that take it. */
  readonly #accepts: Int32Array
  /** By kind of the byte before and of the byte after; built when there is such a place, null if it cannot be. */
  readonly #gaps = new Array<Gap | null | undefined>((KIND_EDGE + 1) ** 2).fill(undefined)
  /** By instruction: the last walk that has seen it. */
  readonly #seen: Uint32Array
  #walk = 0

  constructor(program: Program, alphabet: Alphabet) {
    this.#program = program
    this.#alphabet = alphabet
    // Targets are compiled first: what follows has the lower number there, and the higher one here.
    this.#order = program.ops.flatMap((op, pc) => (op === OP_BYTE ? [pc] : [])).reverse()
    this.#bitOf = new Map(this.#order.map((pc, bit) => [pc, bit]))
    this.#words = Math.max(1, Math.ceil(this.#order.length / 32))
    this.#seen = new Uint32Array(program.ops.length)
    const { accepts, count } = alphabet
    this.#accepts = new Int32Array(count * this.#words)
    for (const [bit, pc] of this.#order.entries()) {
      const set = (program.x[pc] ?? 0) * count
      for (let at = 0; at < count; at++)
        if (accepts[set + at] === 1) setBit(this.#accepts, bit, at * this.#words)
    }
  }

  run(subject: string, from: number, members: readonly number[]): boolean | undefined {
    const { classes, kinds } = this.#alphabet
    const accepts = this.#accepts
    const words = this.#words
    const taken = new Int32Array(words)
    let at = classOf(classes, subject, from)
    let kind = at < 0 ? KIND_EDGE : (kinds[at] ?? 0)
    const begin = this.#close(members, kinds[classOf(classes, subject, from - 1)] ?? KIND_EDGE, kind)
    if (begin === undefined) return true
    const active = this.#bitsOf(begin)
    for (let i = from; i < subject.length; i++) {
      const base = at * words
      const before = kind
      at = classOf(classes, subject, i + 1)
      kind = at < 0 ? KIND_EDGE : (kinds[at] ?? 0)
      const gap = this.#gapAt(before, kind)
      if (gap === null) return undefined
      if (gap.matchesEmpty || step(active, taken, accepts, base, gap)) return true
    }
    return false
  }

  #gapAt(before: number, after: number): Gap | null {
    const key = before * (KIND_EDGE + 1) + after
    const known = this.#gaps[key]
    if (known !== undefined) return known
    const built = this.#buildGap(before, after)
    this.#gaps[key] = built
    return built
  }

  #buildGap(before: number, after: number): Gap | null {
    const { y, start } = this.#program
    const words = this.#words
    const chain = new Int32Array(words)
    const matching = new Int32Array(words)
    const rows = new Map<string, Row>()
    for (const [bit, pc] of this.#order.entries()) {
      const waiting = this.#close([y[pc] ?? 0], before, after)
      if (waiting === undefined) {
        setBit(matching, bit)
        continue
      }
      const follow = waiting.map((next) => this.#bitOf.get(next) ?? 0)
      if (follow.includes(bit + 1)) setBit(chain, bit)
      const rest = follow.filter((next) => next !== bit + 1).sort((a, b) => a - b)
      if (rest.length === 0) continue
      const key = rest.join()
      const row = rows.get(key) ?? { after: new Int32Array(words), adds: new Int32Array(words) }
      if (!rows.has(key) && (rows.size + 1) * words > MAX_ROW_WORDS) return null
      for (const next of rest) setBit(row.adds, next)
      setBit(row.after, bit)
      rows.set(key, row)
    }
    const restart = this.#close([start], before, after)
    return {
      chain,
      matching,
      rows: [...rows.values()],
      restart: this.#bitsOf(restart ?? []),
      matchesEmpty: restart === undefined,
    }
  }

  #bitsOf(waiting: readonly number[]): Int32Array {
    const bits = new Int32Array(this.#words)
    for (const pc of waiting) setBit(bits, this.#bitOf.get(pc) ?? 0)
    return bits
  }

  #forgetWalks(): void {
    this.#seen.fill(0)
    this.#walk = 0
  }

  /** What waits for a byte once all that takes none is followed; `undefined` when that leads to a match. */
  #close(from: readonly number[], before: number, after: number): readonly number[] | undefined {
    const { ops, x, y, looks } = this.#program
    if (this.#walk === 0xffff_ffff) this.#forgetWalks()
    const walk = ++this.#walk
    const stack = [...from]
    const waiting: number[] = []
    for (let pc = stack.pop(); pc !== undefined; pc = stack.pop()) {
      if (this.#seen[pc] === walk) continue
      this.#seen[pc] = walk
      const op = ops[pc]
      if (op === OP_MATCH) return undefined
      if (op === OP_BYTE) waiting.push(pc)
      else if (op === OP_SPLIT) stack.push(x[pc] ?? 0, y[pc] ?? 0)
      else {
        const look = op === OP_LOOK ? looks[x[pc] ?? 0] : undefined
        if (look === undefined || lookHolds(look, before, after)) stack.push(y[pc] ?? 0)
      }
    }
    return waiting
  }
}

/** Class of the byte at `i`, or -1 outside of the subject. */
function classOf(classes: Uint8Array, subject: string, i: number): number {
  return i < 0 || i >= subject.length ? -1 : (classes[subject.charCodeAt(i) & 0xff] ?? 0)
}

/** Moves `active` over one byte, into `gap`; true when the program matches there. */
function step(active: Int32Array, taken: Int32Array, accepts: Int32Array, base: number, gap: Gap): boolean {
  const { chain, matching, restart, rows } = gap
  let carry = 0
  let matched = 0
  for (let w = 0; w < active.length; w++) {
    const now = (active[w] as number) & (accepts[base + w] as number)
    const moved = now & (chain[w] as number)
    taken[w] = now
    matched |= now & (matching[w] as number)
    active[w] = (restart[w] as number) | (moved << 1) | carry
    carry = moved >>> 31
  }
  if (matched !== 0) return true
  for (const row of rows) if (overlaps(taken, row.after)) unite(active, row.adds)
  return false
}
