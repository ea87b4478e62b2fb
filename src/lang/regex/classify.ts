/**
 * Proves that a backtracking engine takes linear time over an expression, or says that it cannot.
 *
 * A backtracker that looks for an expression anywhere explores, in the worst case, every partial run of its
 * automaton, begun at every position. So we count runs: a state is how many runs wait at each instruction,
 * and over one class of bytes it leads to one other state. When all states that can be reached are few and
 * none has more than {@link MAX_RUNS} runs, every subject costs at most that much for each of its bytes.
 * Exponential and polynomial expressions have no such bound (Weideman et al., "Analyzing Matching Time
 * Behavior of Backtracking Regular Expression Matchers by Using Ambiguity of NFA", 2016) and are never
 * taken for linear; some linear ones are not recognised, which costs speed only.
 * @module
 */
import { type Alphabet, buildAlphabet, KIND_EDGE, lookHolds } from './alphabet.ts'
import { OP_BYTE, OP_LOOK, OP_MATCH, OP_SPLIT, type Program } from './program.ts'

/** Partial runs that may wait at one position of a subject, for an expression that runs natively. */
export const MAX_RUNS = 32
const MAX_STATES = 2_000
/** Choices in a row that take no byte. Bounds the stack of the proof, and finds loops that take none. */
const MAX_PATH = 1_000
/** Steps of the proof itself: well under a second. */
const MAX_WORK = 1_000_000

interface RunCount {
  /** Instruction to number of runs that wait before it. */
  readonly runs: ReadonlyMap<number, number>
  /** Kind of the byte before. */
  readonly before: number
}

/** True when a backtracking search for `program` is proved to be linear. */
export function isLinear(program: Program): boolean {
  return countPaths(program) <= MAX_RUNS || new RunCounter(program).isBounded()
}

/**
 * Paths from the start to all instructions together, whatever the bytes: without loops no more runs than
 * these can wait at one position, because each began at a distance of its own. `Infinity` with loops.
 */
function countPaths({ ops, x, y, start }: Program): number {
  const paths = new Map<number, number>([[start, 1]])
  let total = 0
  // Targets are compiled first and have lower numbers; what points up is a loop.
  for (let pc = start; pc >= 0; pc--) {
    const count = paths.get(pc) ?? 0
    if (count === 0) continue
    total += ops[pc] === OP_BYTE ? count : 0
    const targets = ops[pc] === OP_MATCH ? [] : ops[pc] === OP_SPLIT ? [x[pc] ?? 0, y[pc] ?? 0] : [y[pc] ?? 0]
    for (const to of targets) {
      if (to >= pc) return Number.POSITIVE_INFINITY
      paths.set(to, (paths.get(to) ?? 0) + count)
    }
  }
  return total
}

class RunCounter {
  readonly #program: Program
  readonly #alphabet: Alphabet
  #work = 0
  #path = 0

  constructor(program: Program) {
    this.#program = program
    this.#alphabet = buildAlphabet(program)
  }

  isBounded(): boolean {
    const first: RunCount = { runs: new Map([[this.#program.start, 1]]), before: KIND_EDGE }
    const seen = new Set([keyOf(first)])
    const todo = [first]
    for (let state = todo.pop(); state !== undefined; state = todo.pop()) {
      for (let at = 0; at < this.#alphabet.count; at++) {
        const next = this.#step(state, at)
        if (next === undefined) return false
        const key = keyOf(next)
        if (seen.has(key)) continue
        seen.add(key)
        if (seen.size > MAX_STATES) return false
        todo.push(next)
      }
    }
    return true
  }

  /** `undefined` when there are too many runs, or a loop that takes no bytes. */
  #step(state: RunCount, at: number): RunCount | undefined {
    const kind = this.#alphabet.kinds[at] ?? 0
    const runs = new Map<number, number>()
    for (const [pc, count] of state.runs)
      if (!this.#follow(pc, count, state.before, kind, at, runs)) return undefined
    let total = 0
    for (const count of runs.values()) total += count
    if (total > MAX_RUNS) return undefined
    runs.set(this.#program.start, (runs.get(this.#program.start) ?? 0) + 1)
    return { runs, before: kind }
  }

  /** Follows every path that takes no byte, counting each. */
  #follow(
    pc: number,
    count: number,
    before: number,
    after: number,
    at: number,
    runs: Map<number, number>,
  ): boolean {
    const { ops, x, y, looks } = this.#program
    const first = x[pc] ?? 0
    const second = y[pc] ?? 0
    const op = ops[pc]
    if (++this.#work > MAX_WORK) return false
    if (op === OP_MATCH) return true
    if (op === OP_BYTE) {
      if (this.#alphabet.accepts[first * this.#alphabet.count + at] === 1)
        runs.set(second, (runs.get(second) ?? 0) + count)
      return true
    }
    if (this.#path >= MAX_PATH) return false
    const look = looks[first]
    if (op === OP_LOOK && (look === undefined || !lookHolds(look, before, after))) return true
    this.#path++
    const bounded =
      (op !== OP_SPLIT || this.#follow(first, count, before, after, at, runs)) &&
      this.#follow(second, count, before, after, at, runs)
    this.#path--
    return bounded
  }
}

function keyOf({ runs, before }: RunCount): string {
  const entries = [...runs].sort((a, b) => a[0] - b[0])
  return `${before}:${entries.map(([pc, count]) => `${pc}x${count}`).join()}`
}
