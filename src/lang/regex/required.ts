/**
 * A part without loops that occurs wherever the whole expression does.
 * @module
 */
import { alternateNodes, concatNodes, type RegexNode } from './node.ts'
import { reduceSearch } from './reduce.ts'

/** Less than this and too many subjects have it: `MIN_SCORE` is one byte out of half of them. */
const MIN_SCORE = 128

/** The most telling such part; `undefined` when there is none worth looking for. */
export function findRequired(node: RegexNode): RegexNode | undefined {
  const found = required(node)
  if (found === undefined) return undefined
  const part = reduceSearch(found)
  return score(part) >= MIN_SCORE ? part : undefined
}

function required(node: RegexNode): RegexNode | undefined {
  if (!hasLoop(node)) return node
  switch (node.kind) {
    case 'concat':
      return requiredOfConcat(node.items)
    case 'alternate': {
      const branches = node.items.map(required)
      const found = branches.filter((branch) => branch !== undefined)
      return found.length === branches.length ? alternateNodes(found) : undefined
    }
    case 'repeat':
      return node.min > 0 ? required(node.item) : undefined
    case 'group':
      return required(node.item)
    default:
      return undefined
  }
}

function requiredOfConcat(items: readonly RegexNode[]): RegexNode | undefined {
  const parts: RegexNode[] = []
  let run: RegexNode[] = []
  for (const item of items) {
    if (!hasLoop(item)) {
      run.push(item)
      continue
    }
    parts.push(concatNodes(run))
    run = []
    const inner = required(item)
    if (inner !== undefined) parts.push(inner)
  }
  parts.push(concatNodes(run))
  return parts.reduce((best, part) => (score(part) > score(best) ? part : best))
}

function hasLoop(node: RegexNode): boolean {
  switch (node.kind) {
    case 'repeat':
      return node.max === Number.POSITIVE_INFINITY || hasLoop(node.item)
    case 'group':
      return hasLoop(node.item)
    case 'concat':
    case 'alternate':
      return node.items.some(hasLoop)
    default:
      return false
  }
}

/** For each byte that must be there, how many others it excludes. */
function score(node: RegexNode): number {
  switch (node.kind) {
    case 'byte': {
      let size = 0
      for (let i = 0; i < node.ranges.length; i += 2)
        size += (node.ranges[i + 1] ?? 0) - (node.ranges[i] ?? 0) + 1
      return 256 - size
    }
    case 'concat':
      return node.items.reduce((sum, item) => sum + score(item), 0)
    case 'alternate':
      return Math.min(...node.items.map(score))
    case 'repeat':
      return node.min * score(node.item)
    case 'group':
      return score(node.item)
    default:
      return 0
  }
}
