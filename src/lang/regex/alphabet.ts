/**
 * Bytes that a program cannot tell apart form one class; automata step over classes.
 *
 * A class also has one `kind`: what assertions need to know of the byte before or after.
 * @module
 */
import { WORD } from './ascii-classes.ts'
import type { Look } from './node.ts'
import type { Program } from './program.ts'
import { includesNumber, type Ranges } from './ranges.ts'

const KIND_OTHER = 0
const KIND_LINE_FEED = 1
const KIND_RETURN = 2
const KIND_WORD = 3
/** There is no byte: the start or the end of the subject. */
export const KIND_EDGE = 4

export interface Alphabet {
  /** Class of each byte. */
  readonly classes: Uint8Array
  readonly count: number
  /** Kind of each class. */
  readonly kinds: readonly number[]
  /** Whether set `set` of the program has the bytes of class `at`: `accepts[set * count + at] === 1`. */
  readonly accepts: Uint8Array
}

export function buildAlphabet(program: Program): Alphabet {
  const { sets, looks } = program
  const lines = looks.some((look) => look.startsWith('line') || look.startsWith('crlf'))
  const words = looks.some((look) => look.includes('word'))
  const starts = new Uint8Array(257)
  const cut = (ranges: Ranges): void => {
    for (let i = 0; i < ranges.length; i += 2) {
      starts[ranges[i] ?? 0] = 1
      starts[(ranges[i + 1] ?? 0) + 1] = 1
    }
  }
  for (const ranges of sets) cut(ranges)
  if (lines) cut([0x0a, 0x0a, 0x0d, 0x0d])
  if (words) cut(WORD)
  const classes = new Uint8Array(256)
  const signatures = new Map<string, number>()
  const kinds: number[] = []
  const members: string[] = []
  let current = 0
  for (let byte = 0; byte < 256; byte++) {
    if (byte === 0 || starts[byte] === 1) {
      const kind = byteKind(byte, lines, words)
      const member = sets.map((ranges) => (includesNumber(ranges, byte) ? '1' : '0')).join('')
      const key = member + kind
      current = signatures.get(key) ?? signatures.size
      if (!signatures.has(key)) {
        signatures.set(key, current)
        kinds.push(kind)
        members.push(member)
      }
    }
    classes[byte] = current
  }
  const accepts = new Uint8Array(sets.length * kinds.length)
  for (let set = 0; set < sets.length; set++)
    for (const [at, member] of members.entries())
      accepts[set * kinds.length + at] = member[set] === '1' ? 1 : 0
  return { classes, count: kinds.length, kinds, accepts }
}

function byteKind(byte: number, lines: boolean, words: boolean): number {
  if (lines && byte === 0x0a) return KIND_LINE_FEED
  if (lines && byte === 0x0d) return KIND_RETURN
  return words && includesNumber(WORD, byte) ? KIND_WORD : KIND_OTHER
}

/** Whether `look` holds between bytes of these kinds. */
export function lookHolds(look: Look, before: number, after: number): boolean {
  switch (look) {
    case 'start':
      return before === KIND_EDGE
    case 'end':
      return after === KIND_EDGE
    case 'line-start':
      return before === KIND_EDGE || before === KIND_LINE_FEED
    case 'line-end':
      return after === KIND_EDGE || after === KIND_LINE_FEED
    case 'crlf-start':
      if (before === KIND_RETURN) return after !== KIND_LINE_FEED
      return before === KIND_EDGE || before === KIND_LINE_FEED
    case 'crlf-end':
      if (after === KIND_LINE_FEED) return before !== KIND_RETURN
      return after === KIND_EDGE || after === KIND_RETURN
    case 'word':
      return (before === KIND_WORD) !== (after === KIND_WORD)
    case 'not-word':
      return (before === KIND_WORD) === (after === KIND_WORD)
    case 'word-start':
      return before !== KIND_WORD && after === KIND_WORD
    case 'word-end':
      return before === KIND_WORD && after !== KIND_WORD
    case 'word-start-half':
      return before !== KIND_WORD
    case 'word-end-half':
      return after !== KIND_WORD
  }
}
