/**
 * Literals as a trie with failure links: what is laid out as an automaton.
 * @module
 */

export class TrieNode {
  /** By class. */
  readonly children: Map<number, TrieNode> = new Map()
  /** Numbers of the literals that end here, not those of its suffixes. */
  readonly literals: number[] = []
  readonly depth: number
  /** Longest proper suffix that is in the trie; the root's is itself. */
  fail: TrieNode
  /** Its first output, of its own or of a suffix; 0: none. */
  output = 0
  /** Its place in the double array, and where that of a child is, less the child's class. */
  slot = 0
  base = 0

  constructor(depth: number, root?: TrieNode) {
    this.depth = depth
    this.fail = root ?? this
  }
}

/** @param literals Each as classes, none empty. */
export function buildTrie(literals: readonly (readonly number[])[]): TrieNode {
  const root = new TrieNode(0)
  for (const [number, classes] of literals.entries()) {
    let node = root
    for (const cls of classes) {
      let next = node.children.get(cls)
      if (next === undefined) {
        next = new TrieNode(node.depth + 1, root)
        node.children.set(cls, next)
      }
      node = next
    }
    node.literals.push(number)
  }
  return root
}

/** Sets the failure links. Returns all nodes, nearest to the root first. */
export function linkFailures(root: TrieNode): readonly TrieNode[] {
  const nodes: TrieNode[] = [root]
  for (const node of nodes) {
    for (const [cls, child] of node.children) {
      nodes.push(child)
      child.fail = suffixOf(node, cls, root)
    }
  }
  return nodes
}

function suffixOf(parent: TrieNode, cls: number, root: TrieNode): TrieNode {
  if (parent === root) return root
  let fail = parent.fail
  for (;;) {
    const next = fail.children.get(cls)
    if (next !== undefined) return next
    if (fail === root) return root
    fail = fail.fail
  }
}
