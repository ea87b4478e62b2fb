/**
 * Finds each node of a trie a slot in a double array.
 * @module
 */
import { MAX_SLOTS } from './automaton-layout.ts'
import type { TrieNode } from './trie.ts'

/** Slots before the last one that are looked at again: gaps further back are given up, so that time stays linear. */
const WINDOW = 64
/** More than the highest class. */
const CLASS_SPAN = 257

/**
 * Sets `slot` and `base` of all nodes below `root`; the slot at a node's base is free for its outputs, if it has any.
 * Returns how many slots there are up to the last that is taken. Throws `RangeError` when they do not suffice.
 */
export function placeNodes(root: TrieNode): number {
  const taken = new Uint8Array(MAX_SLOTS)
  const used = new Uint8Array(MAX_SLOTS)
  taken[0] = 1
  let firstFree = 1
  let end = 1
  // Depth first: the rest of a literal lies in a row, in the cache and for compression.
  const todo: TrieNode[] = [root]
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    const wanted = wantedBy(node)
    const base = findBase(wanted, Math.max(firstFree, end - WINDOW), taken, used)
    node.base = base
    used[base] = 1
    for (const offset of wanted) taken[base + offset] = 1
    end = Math.max(end, base + (wanted.at(-1) ?? 0) + 1)
    for (let at = wanted.length - 1; at >= 0; at--) {
      const cls = wanted[at] ?? 0
      const child = node.children.get(cls)
      if (child === undefined) continue
      child.slot = base + cls
      todo.push(child)
    }
    while (taken[firstFree] === 1) firstFree++
  }
  return end
}

/** Distances from its base, ascending. */
function wantedBy({ children, output }: TrieNode): readonly number[] {
  const classes = [...children.keys()]
  if (classes.length > 1) classes.sort((a, b) => a - b)
  if (output > 0) classes.unshift(0)
  return classes
}

function findBase(wanted: readonly number[], from: number, taken: Uint8Array, used: Uint8Array): number {
  const first = wanted[0] ?? 0
  for (let slot = Math.max(from, first); slot < MAX_SLOTS - CLASS_SPAN; slot++) {
    const base = slot - first
    if (taken[slot] === 0 && used[base] === 0 && areFree(wanted, base, taken)) return base
  }
  throw new RangeError('there are too many literals for one automaton')
}

function areFree(wanted: readonly number[], base: number, taken: Uint8Array): boolean {
  for (const offset of wanted) if (taken[base + offset] === 1) return false
  return true
}
