/**
 * Compiles literals to one automaton that finds them all in one pass.
 * @module
 */
import {
  type AutomatonLayout,
  BASE_SHIFT,
  CLASSES_BYTES,
  FAIL_BIT,
  HEADER_BYTES,
  MAGIC,
  OUTPUT_BIT,
  offsetsOf,
  VERSION,
} from './automaton-layout.ts'
import { placeNodes } from './place-nodes.ts'
import { buildTrie, linkFailures, type TrieNode } from './trie.ts'

export interface AutomatonOptions {
  /** ASCII letters match in both cases. */
  readonly ignoreCase: boolean
}

/**
 * The binary form (`automaton-layout.ts`) of an automaton for `literals`, whose numbers are their places in the
 * list; the same literal may be there more than once. Throws `RangeError` for a literal that is empty or has a
 * character code over 255, and when there are too many.
 */
export function buildAutomaton(literals: readonly string[], { ignoreCase }: AutomatonOptions): ArrayBuffer {
  const folded = literals.map((literal) => (ignoreCase ? foldAscii(literal) : literal))
  for (const literal of folded)
    if (!/^[\0-\xff]+$/.test(literal))
      throw new RangeError(`a literal is not made of characters up to U+00FF: ${JSON.stringify(literal)}`)
  const classOf = numberClasses(folded)
  const root = buildTrie(
    folded.map((literal) => Array.from(literal, (char) => classOf.get(char.charCodeAt(0)) ?? 0)),
  )
  const nodes = linkFailures(root)
  const outputs = listOutputs(nodes)
  const layout: AutomatonLayout = {
    // A slot for every class after the last base, so that no step has to look where the end is.
    slots: placeNodes(root) + classOf.size + 1,
    outputs: outputs.length / 2,
    classes: classOf.size + 1,
    literals: literals.length,
  }
  const { words, outputs: outputsAt, end } = offsetsOf(layout)
  const buffer = new ArrayBuffer(end)
  const header = [MAGIC, VERSION, layout.slots, layout.outputs, layout.classes, layout.literals]
  new Uint32Array(buffer, 0, HEADER_BYTES / 4).set(header)
  writeClasses(new Uint16Array(buffer, HEADER_BYTES, CLASSES_BYTES / 2), classOf, ignoreCase)
  writeWords(new Int32Array(buffer, words, layout.slots), nodes)
  new Uint32Array(buffer, outputsAt).set(outputs)
  return buffer
}

/** ASCII only: what other letters fold to depends on the language and can change their number. */
function foldAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

/** Classes from 1 by character code, ascending. */
function numberClasses(literals: readonly string[]): ReadonlyMap<number, number> {
  const codes = new Set<number>()
  for (const literal of literals)
    for (let at = 0; at < literal.length; at++) codes.add(literal.charCodeAt(at))
  return new Map([...codes].sort((a, b) => a - b).map((code, index) => [code, index + 1]))
}

/** Outputs of a node: its own literals, then those of its suffixes, whose list it shares. */
function listOutputs(nodes: readonly TrieNode[]): readonly number[] {
  const list = [0, 0]
  for (const node of nodes) {
    node.output = node.fail.output
    for (const literal of node.literals.toReversed()) {
      list.push(literal, node.output)
      node.output = list.length / 2 - 1
    }
  }
  return list
}

function writeClasses(table: Uint16Array, classOf: ReadonlyMap<number, number>, ignoreCase: boolean): void {
  for (const [code, cls] of classOf) {
    table[code] = cls
    if (ignoreCase && code >= 0x61 && code <= 0x7a) table[code - 0x20] = cls
  }
}

function writeWords(words: Int32Array, nodes: readonly TrieNode[]): void {
  for (const { slot, base, output, fail, children } of nodes) {
    words[slot] =
      ((base - slot) << BASE_SHIFT) |
      (words[slot] ?? 0) |
      (output > 0 ? OUTPUT_BIT : 0) |
      (fail.depth > 1 ? FAIL_BIT : 0)
    for (const [cls, child] of children) words[child.slot] = (words[child.slot] ?? 0) | cls
    if (output > 0) words[base] = output << BASE_SHIFT
  }
}
