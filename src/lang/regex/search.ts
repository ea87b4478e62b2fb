/**
 * Whether an expression occurs in a subject, in linear time: a deterministic automaton built as far as
 * subjects lead, in a cache of a fixed size.
 * @module
 */
import { buildAlphabet, KIND_EDGE } from './alphabet.ts'
import { type BitSearch, createBitSearch } from './bit-search.ts'
import { Stepper } from './closure.ts'
import type { Program } from './program.ts'

/** Entries of the table, two bytes each. */
const MAX_TABLE = 1 << 14
/** Instructions in the sets of all states, two bytes each. */
const MAX_MEMBERS = 1 << 14
/** A subject that fills the cache this often is finished without it. */
const MAX_FLUSHES = 3
/** Instructions in the sets that one subject may add to the cache before it is finished with bits. */
const MAX_ADDED = 1 << 11

const UNKNOWN = 0
const MATCH = 1
const DEAD = 2

interface State {
  readonly members: readonly number[]
  /** Kind of the byte before. */
  readonly before: number
}

/** Searches for `program` anywhere in binary strings. Memory is bounded by the constants above. */
export function createSearch(program: Program): (subject: string) => boolean {
  const dfa = new LazyAutomaton(program)
  return (subject) => dfa.search(subject)
}

class LazyAutomaton {
  readonly #classes: Uint8Array
  readonly #kinds: readonly number[]
  /** One column for each class, and one for the end of the subject. */
  readonly #width: number
  readonly #stepper: Stepper
  readonly #start: number
  /** A match can begin behind the start of the subject. */
  readonly #restarts: boolean
  /** Rows of the table that are taken are `#states.length`; a state is known by where its row begins. */
  #table: Uint16Array
  #states: string[] = []
  #ids = new Map<string, number>()
  #members = 0
  #initial = 0
  /** Made for the first subject that needs it. */
  readonly #makeBits: () => BitSearch
  #bits: BitSearch | undefined

  constructor(program: Program) {
    const alphabet = buildAlphabet(program)
    this.#makeBits = () => createBitSearch(program, alphabet)
    this.#classes = alphabet.classes
    this.#kinds = alphabet.kinds
    // Below three columns the numbers of the first rows would be those of MATCH and DEAD.
    this.#width = Math.max(alphabet.count + 1, 3)
    this.#stepper = new Stepper(program, alphabet)
    this.#start = program.start
    this.#restarts = this.#canRestart(program)
    this.#table = new Uint16Array(this.#width * 16)
    this.#clear()
  }

  search(subject: string): boolean {
    const classes = this.#classes
    const { length } = subject
    let state = this.#initial
    let flushes = 0
    let added = 0
    for (let i = 0; i < length; i++) {
      // The loop that runs for every byte; it ends where the table has no answer yet, or the last one.
      const table = this.#table
      let next = DEAD
      for (; i < length; i++) {
        next = table[state + (classes[subject.charCodeAt(i) & 0xff] ?? 0)] ?? DEAD
        if (next <= DEAD) break
        state = next
      }
      if (i === length) break
      if (next === UNKNOWN) {
        if (this.#full() && ++flushes > MAX_FLUSHES)
          return this.#stepThrough(subject, i, this.#stateAt(state))
        const before = this.#stateAt(state)
        added += before.members.length + 1
        if (added > MAX_ADDED) {
          this.#bits ??= this.#makeBits()
          const found = this.#bits(subject, i, before.members)
          if (found !== undefined) return found
          added = Number.NEGATIVE_INFINITY
        }
        next = this.#build(state, before, classes[subject.charCodeAt(i) & 0xff] ?? 0)
      }
      if (next <= DEAD) return next === MATCH
      state = next
    }
    return this.#endsIn(state)
  }

  /** Whether the program matches when the subject ends in `row`. */
  #endsIn(row: number): boolean {
    const column = row + this.#kinds.length
    const known = this.#table[column] ?? UNKNOWN
    if (known !== UNKNOWN) return known === MATCH
    const matches = this.#endMatches(this.#stateAt(row))
    this.#table[column] = matches ? MATCH : DEAD
    return matches
  }

  #endMatches({ members, before }: State): boolean {
    return this.#stepper.step(members, before, KIND_EDGE, -1) === undefined
  }

  /** False when an anchor stands in the way. */
  #canRestart(program: Program): boolean {
    if (!program.looks.includes('start')) return true
    for (let before = 0; before < KIND_EDGE; before++)
      for (let after = 0; after <= KIND_EDGE; after++)
        if (this.#stepper.canBegin(program.start, before, after)) return true
    return false
  }

  #full(): boolean {
    return (this.#states.length + 1) * this.#width > MAX_TABLE || this.#members > MAX_MEMBERS
  }

  #clear(): void {
    this.#table.fill(UNKNOWN)
    this.#states = []
    this.#ids = new Map()
    this.#members = 0
    // Row 0 stays unused: its number means "unknown".
    this.#states.push('')
    this.#initial = this.#intern({ members: [this.#start], before: KIND_EDGE })
  }

  #stateAt(row: number): State {
    const text = this.#states[row / this.#width] ?? ''
    const members: number[] = []
    for (let i = 1; i < text.length; i++) members.push(text.charCodeAt(i))
    return { members, before: text.charCodeAt(0) }
  }

  /** The row that `row` leads to over class `at`. Forgets everything first when the cache is full. */
  #build(row: number, state: State, at: number): number {
    let from = row
    if (this.#full()) {
      this.#clear()
      from = this.#intern(state)
    }
    const next = this.#advance(state, at)
    const to = next === undefined ? MATCH : next.members.length === 0 ? DEAD : this.#intern(next)
    this.#table[from + at] = to
    return to
  }

  #advance(state: State, at: number): State | undefined {
    const kind = this.#kinds[at] ?? 0
    const members = this.#stepper.step(state.members, state.before, kind, at)
    if (members === undefined) return undefined
    if (this.#restarts && !members.includes(this.#start)) members.push(this.#start)
    return { members, before: kind }
  }

  #intern(state: State): number {
    // One string for each state, two bytes for each member, is all that is kept of it.
    const key = String.fromCharCode(state.before, ...state.members.toSorted((a, b) => a - b))
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    const row = this.#states.length * this.#width
    if (row + this.#width > this.#table.length) {
      const larger = new Uint16Array(Math.min(this.#table.length * 2, MAX_TABLE + this.#width * 2))
      larger.set(this.#table)
      this.#table = larger
    }
    this.#states.push(key)
    this.#ids.set(key, row)
    this.#members += state.members.length
    return row
  }

  /** The rest of the subject without a cache: slow, but linear too. */
  #stepThrough(subject: string, from: number, begin: State): boolean {
    let state = begin
    for (let i = from; i < subject.length; i++) {
      const next = this.#advance(state, this.#classes[subject.charCodeAt(i) & 0xff] ?? 0)
      if (next === undefined) return true
      if (next.members.length === 0) return false
      state = next
    }
    return this.#endMatches(state)
  }
}
