/**
 * Steps through a subject with the instructions that wait as bits of whole words, 32 at a time: the answer to
 * subjects that lead to a new set at nearly every byte, which no cache of sets can help with.
 *
 * Instructions that take a byte are numbered in the order in which they follow each other, so that for most of
 * them "what comes next" is a shift by one bit (Baeza-Yates and Gonnet, "A New Approach to Text Searching",
 * 1992). What else may follow is added row by row; instructions with the same rest share a row.
 * @module
 */
import type { Alphabet } from './alphabet.ts'
import { OP_BYTE, OP_LOOK, OP_MATCH, OP_SPLIT, type Program } from './program.ts'

/** Words of all rows together: each may be looked at for every byte. */
const MAX_ROW_WORDS = 1024

/** Whether the rest of a subject, from a position behind its start, matches for threads at `members`. */
export type BitSearch = (subject: string, from: number, members: readonly number[]) => boolean

interface Closure {
  /** Instructions that wait for a byte. */
  readonly waiting: readonly number[]
  readonly matches: boolean
}

interface Row {
  /** Instructions that it follows, and what it adds. */
  readonly after: Int32Array
  readonly adds: Int32Array
}

/** `undefined` for a program with assertions on both sides of a byte, or with too many different rows. */
export function createBitSearch(program: Program, alphabet: Alphabet): BitSearch | undefined {
  if (!program.looks.every((look) => look === 'start' || look === 'end')) return undefined
  const tables = buildTables(program, alphabet)
  return tables && ((subject, from, members) => run(tables, program, alphabet, subject, from, members))
}

interface Tables {
  readonly words: number
  readonly bitOf: ReadonlyMap<number, number>
  /** By class of byte: the instructions that take it. */
  readonly accepts: Int32Array
  /** Instructions that the one with the next number follows. */
  readonly chain: Int32Array
  readonly rows: readonly Row[]
  /** What begins anew behind each byte. */
  readonly restart: Int32Array
  /** Instructions behind which the program has matched, and has matched when the subject ends there. */
  readonly matching: Int32Array
  readonly ending: Int32Array
  readonly endsEmpty: boolean
}

/** Follows what takes no byte, behind the start of a subject. */
function close({ ops, x, y, looks }: Program, from: readonly number[], atEnd: boolean): Closure {
  const seen = new Set<number>()
  const stack = [...from]
  const waiting: number[] = []
  let matches = false
  for (let pc = stack.pop(); pc !== undefined; pc = stack.pop()) {
    if (seen.has(pc)) continue
    seen.add(pc)
    const op = ops[pc]
    if (op === OP_MATCH) matches = true
    else if (op === OP_BYTE) waiting.push(pc)
    else if (op === OP_SPLIT) stack.push(x[pc] ?? 0, y[pc] ?? 0)
    else if (op !== OP_LOOK || (atEnd && looks[x[pc] ?? 0] === 'end')) stack.push(y[pc] ?? 0)
  }
  return { waiting, matches }
}

function setBit(words: Int32Array, bit: number, base = 0): void {
  const at = base + (bit >>> 5)
  words[at] = (words[at] ?? 0) | (1 << (bit & 31))
}

function buildTables(program: Program, { accepts, count }: Alphabet): Tables | undefined {
  const { ops, x, y, start } = program
  // Targets are compiled first: what follows has the lower number there, and the higher one here.
  const order = ops.flatMap((op, pc) => (op === OP_BYTE ? [pc] : [])).reverse()
  const bitOf = new Map(order.map((pc, bit) => [pc, bit]))
  const words = Math.max(1, Math.ceil(order.length / 32))
  const taken = new Int32Array(count * words)
  const chain = new Int32Array(words)
  const matching = new Int32Array(words)
  const ending = new Int32Array(words)
  const rows = new Map<string, Row>()
  for (const [bit, pc] of order.entries()) {
    const set = (x[pc] ?? 0) * count
    for (let at = 0; at < count; at++) if (accepts[set + at] === 1) setBit(taken, bit, at * words)
    const { waiting, matches } = close(program, [y[pc] ?? 0], false)
    if (matches) setBit(matching, bit)
    if (close(program, [y[pc] ?? 0], true).matches) setBit(ending, bit)
    const follow = waiting.map((next) => bitOf.get(next) ?? 0)
    if (follow.includes(bit + 1)) setBit(chain, bit)
    const rest = follow.filter((next) => next !== bit + 1).sort((a, b) => a - b)
    if (rest.length === 0) continue
    const key = rest.join()
    const row = rows.get(key) ?? { after: new Int32Array(words), adds: new Int32Array(words) }
    if (!rows.has(key) && (rows.size + 1) * words > MAX_ROW_WORDS) return undefined
    for (const next of rest) setBit(row.adds, next)
    setBit(row.after, bit)
    rows.set(key, row)
  }
  const restart = new Int32Array(words)
  for (const pc of close(program, [start], false).waiting) setBit(restart, bitOf.get(pc) ?? 0)
  const endsEmpty = close(program, [start], true).matches
  return {
    words,
    bitOf,
    accepts: taken,
    chain,
    rows: [...rows.values()],
    restart,
    matching,
    ending,
    endsEmpty,
  }
}

function run(
  tables: Tables,
  program: Program,
  { classes }: Alphabet,
  subject: string,
  from: number,
  members: readonly number[],
): boolean {
  const { words, bitOf, accepts, chain, rows, restart, matching, ending, endsEmpty } = tables
  const begin = close(program, members, from === subject.length)
  if (begin.matches || from === subject.length) return begin.matches
  const active = new Int32Array(words)
  const taken = new Int32Array(words)
  for (const pc of begin.waiting) setBit(active, bitOf.get(pc) ?? 0)
  for (let i = from; i < subject.length; i++) {
    const base = (classes[subject.charCodeAt(i) & 0xff] ?? 0) * words
    let carry = 0
    let matched = 0
    for (let w = 0; w < words; w++) {
      const now = (active[w] as number) & (accepts[base + w] as number)
      const moved = now & (chain[w] as number)
      taken[w] = now
      matched |= now & (matching[w] as number)
      active[w] = (restart[w] as number) | (moved << 1) | carry
      carry = moved >>> 31
    }
    if (matched !== 0) return true
    for (const row of rows) if (overlaps(taken, row.after)) unite(active, row.adds)
  }
  return endsEmpty || overlaps(taken, ending)
}

function overlaps(a: Int32Array, b: Int32Array): boolean {
  for (let w = 0; w < a.length; w++) if (((a[w] as number) & (b[w] as number)) !== 0) return true
  return false
}

function unite(into: Int32Array, other: Int32Array): void {
  for (let w = 0; w < into.length; w++) into[w] = (into[w] as number) | (other[w] as number)
}
