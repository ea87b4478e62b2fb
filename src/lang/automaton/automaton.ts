/**
 * Finds many literals in one pass over a text, used straight from the binary form (`automaton-layout.ts`).
 * @module
 */
import { AutomatonError } from './automaton-error.ts'
import {
  type AutomatonLayout,
  BASE_SHIFT,
  CLASS_MASK,
  CLASSES_BYTES,
  FAIL_BIT,
  HEADER_BYTES,
  OUTPUT_BIT,
  offsetsOf,
  readLayout,
} from './automaton-layout.ts'

export interface Automaton {
  /** How many literals it was built of. */
  readonly literals: number
  /**
   * Calls `onHit` for every place where a literal ends, in the order of the text and the longer first, with the
   * literal's number and the index after its last character; `true` from it ends the scan. Time is linear in
   * `text` and the hits. @param limit Characters of `text` to look at.
   */
  scan(text: string, onHit: (literal: number, end: number) => boolean, limit?: number): void
}

interface Tables {
  readonly layout: AutomatonLayout
  readonly classes: Uint16Array
  readonly words: Int32Array
  readonly outputs: Uint32Array
}

/**
 * Opens the binary form without decoding: the arrays are views of `buffer`, which must not change after.
 * Throws `AutomatonError` when the bytes are no whole automaton.
 */
export function openAutomaton(
  buffer: ArrayBuffer,
  byteOffset = 0,
  byteLength: number = buffer.byteLength - byteOffset,
): Automaton {
  const layout = readLayout(buffer, byteOffset, byteLength)
  const at = offsetsOf(layout)
  const tables: Tables = {
    layout,
    classes: new Uint16Array(buffer, byteOffset + HEADER_BYTES, CLASSES_BYTES / 2),
    words: new Int32Array(buffer, byteOffset + at.words, layout.slots),
    outputs: new Uint32Array(buffer, byteOffset + at.outputs, layout.outputs * 2),
  }
  checkClasses(tables)
  checkWords(tables)
  checkOutputs(tables)
  return createAutomaton(tables)
}

function createAutomaton(tables: Tables): Automaton {
  const { classes, words, outputs, layout } = tables
  const fails = linkStates(tables)
  const width = layout.classes
  const pairs = indexPairs(tables)
  return {
    literals: layout.literals,
    scan(text, onHit, limit = text.length) {
      let state = 0
      let word = words[0] as number
      let previous = 0
      const end = limit < text.length ? limit : text.length
      for (let at = 0; at < end; at++) {
        const code = text.charCodeAt(at)
        const cls = code < 256 ? (classes[code] as number) : 0
        if (cls === 0) {
          state = 0
          word = words[0] as number
          previous = 0
          continue
        }
        let next = state + (word >> BASE_SHIFT) + cls
        let entered = words[next] as number
        while ((entered & CLASS_MASK) !== cls) {
          if ((word & FAIL_BIT) === 0) {
            // What is left of the text that could begin a literal is two characters at most.
            next = pairs[previous * width + cls] as number
            entered = words[next] as number
            break
          }
          state = fails[state] as number
          word = words[state] as number
          next = state + (word >> BASE_SHIFT) + cls
          entered = words[next] as number
        }
        state = next
        word = entered
        previous = cls
        if ((entered & OUTPUT_BIT) === 0) continue
        let output = (words[next + (entered >> BASE_SHIFT)] as number) >>> BASE_SHIFT
        for (; output !== 0; output = outputs[2 * output + 1] as number)
          if (onHit(outputs[2 * output] as number, at + 1)) return
      }
    },
  }
}

/** For two classes in a row, the state of both, else of the second, else the root. */
function indexPairs({ layout, words }: Tables): Int32Array {
  const width = layout.classes
  const pairs = new Int32Array(width * width)
  const step = (from: number, cls: number): number => {
    const to = from + ((words[from] as number) >> BASE_SHIFT) + cls
    return ((words[to] as number) & CLASS_MASK) === cls ? to : 0
  }
  for (let second = 1; second < width; second++) {
    const alone = step(0, second)
    for (let first = 0; first < width; first++) {
      const one = first === 0 ? 0 : step(0, first)
      pairs[first * width + second] = (one === 0 ? 0 : step(one, second)) || alone
    }
  }
  return pairs
}

function checkClasses({ layout, classes }: Tables): void {
  for (const cls of classes)
    if (cls >= layout.classes)
      throw new AutomatonError('bad-class', 'The automaton has a character of a class that is not there.')
}

/** Every step and output from every state must stay within the arrays. */
function checkWords({ layout, words }: Tables): void {
  const { slots, classes, outputs } = layout
  for (let slot = 0; slot < slots; slot++) {
    const word = words[slot] as number
    const isState = slot === 0 || (word & CLASS_MASK) !== 0
    if (!isState) continue
    const base = slot + (word >> BASE_SHIFT)
    if (base < 0 || base + classes > slots)
      throw new AutomatonError('bad-state', 'The automaton has a state that leads out of it.')
    if ((word & OUTPUT_BIT) === 0) continue
    const first = words[base] as number
    if (first >>> BASE_SHIFT === 0 || first >>> BASE_SHIFT >= outputs)
      throw new AutomatonError('bad-output', 'The automaton has a state without its literals.')
  }
  if (((words[0] as number) & (CLASS_MASK | OUTPUT_BIT | FAIL_BIT)) !== 0)
    throw new AutomatonError('bad-state', 'The automaton begins at a state that is not its root.')
}

/** For each state the longest proper suffix that is one; the root's and those of its children are the root. */
function linkStates({ layout, words }: Tables): Int32Array {
  const { slots, classes } = layout
  const fails = new Int32Array(slots)
  const depths = new Int32Array(slots)
  const queue = new Int32Array(slots)
  let count = 1
  for (let next = 0; next < count; next++) {
    const state = queue[next] as number
    const word = words[state] as number
    const depth = depths[state] as number
    if (((word & FAIL_BIT) !== 0) !== (depths[fails[state] as number] as number) > 1)
      throw new AutomatonError('bad-state', 'The automaton has a state whose suffix is not what it says.')
    const base = state + (word >> BASE_SHIFT)
    for (let cls = 1; cls < classes; cls++) {
      const child = base + cls
      if (((words[child] as number) & CLASS_MASK) !== cls) continue
      if (depths[child] !== 0) throw new AutomatonError('bad-state', 'The automaton has a state twice.')
      depths[child] = depth + 1
      queue[count++] = child
      if (state !== 0) fails[child] = suffixOf(words, fails, state, cls)
    }
  }
  return fails
}

function suffixOf(words: Int32Array, fails: Int32Array, parent: number, cls: number): number {
  for (let state = parent; state !== 0; ) {
    state = fails[state] as number
    const to = state + ((words[state] as number) >> BASE_SHIFT) + cls
    if (((words[to] as number) & CLASS_MASK) === cls) return to
  }
  return 0
}

/** An output points to an earlier one, so that lists end. */
function checkOutputs({ layout, outputs }: Tables): void {
  for (let output = 1; output < layout.outputs; output++)
    if ((outputs[2 * output] as number) >= layout.literals || (outputs[2 * output + 1] as number) >= output)
      throw new AutomatonError('bad-output', 'The automaton has an output that is not there.')
}
