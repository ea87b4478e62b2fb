/**
 * Comparisons, connectives and quantifiers as closures.
 * @module
 */
import type { CombineNode, ComparisonNode, LogicalNode, QuantifierNode } from '../ast.ts'
import { foldCase } from '../functions/case.ts'
import { isArrayNode, isEach } from '../node-type.ts'
import { readSlot, type Test } from '../program.ts'
import type { Value } from '../value.ts'
import { type ArrayTest, type Link, type Operand, type Predicate, shareOperand } from './link.ts'
import { compilePredicate } from './predicate.ts'
import { foldedOperand, isShareable } from './shared-nodes.ts'

/** What a comparison gives for nil. */
function nilResult<F>(link: Link<F>, node: ComparisonNode): boolean {
  const { operation } = node
  return link.environment.nilNotEqual && operation.kind === 'order' && operation.order === 'ne'
}

function compileOperand<F>(link: Link<F>, node: ComparisonNode): Operand<F> {
  const folded = foldedOperand(node)
  if (!folded) return link.compileValue(node.left)
  return shareOperand(link, link.keys.ofFolded(folded), () => {
    const { read } = link.compileValue(folded)
    return (frame) => {
      const value = read(frame)
      return typeof value === 'string' ? foldCase(value) : undefined
    }
  })
}

/** Equality with a string or number: by far the commonest, so without the call of a predicate. */
function compileEquality<F>(operand: Operand<F>, literal: Value): Test<F> {
  const { slot, read } = operand
  if (slot >= 0) return (frame) => readSlot(frame, slot) === literal
  return (frame) => read(frame) === literal
}

function compileComparison<F>(link: Link<F>, node: ComparisonNode): Test<F> {
  const operand = compileOperand(link, node)
  const { operation } = node
  if (operation.kind === 'is-true') return compileEquality(operand, true)
  if (operation.kind === 'order' && operation.order === 'eq' && operation.literal.kind === 'bytes')
    return compileEquality(operand, operation.literal.value)
  const predicate = compilePredicate(link, operation, true)
  const nil = nilResult(link, node)
  const { slot, read } = operand
  if (slot < 0) {
    return (frame) => {
      const value = read(frame)
      return value === undefined ? nil : predicate(value, frame)
    }
  }
  return (frame) => {
    const value = readSlot(frame, slot)
    return value === undefined ? nil : predicate(value, frame)
  }
}

function compileCombine<F>(op: CombineNode['op'], tests: readonly Test<F>[]): Test<F> {
  const [a, b] = tests
  const two = tests.length === 2 && a && b
  if (op === 'and') {
    if (two) return (frame) => a(frame) && b(frame)
    return (frame) => {
      for (const test of tests) if (!test(frame)) return false
      return true
    }
  }
  if (op === 'or') {
    if (two) return (frame) => a(frame) || b(frame)
    return (frame) => {
      for (const test of tests) if (test(frame)) return true
      return false
    }
  }
  return (frame) => {
    let odd = false
    for (const test of tests) if (test(frame)) odd = !odd
    return odd
  }
}

/** The first item that the predicate tells as `wanted` decides. */
function compileSearch<F>(
  link: Link<F>,
  node: ComparisonNode,
  wanted: boolean,
  found: boolean,
  nil: boolean,
): Test<F> {
  const list = link.compileList(node.left)
  const predicate: Predicate<F> = compilePredicate(link, node.operation, false)
  return (frame) => {
    const items = list(frame)
    if (!items) return nil
    for (const item of items) if (predicate(item, frame) === wanted) return found
    return !found
  }
}

function compileQuantifier<F>(link: Link<F>, node: QuantifierNode): Test<F> {
  const any = node.kind === 'any'
  let negated = false
  let item = node.item
  for (; item.kind === 'not'; item = item.item) negated = !negated
  if (item.kind === 'comparison') {
    // The engine: any() and all() of an array that is nil are false; a mapped comparison of nil is an empty
    // array, of which all() is true.
    const direct = item === node.item && item.operation.kind === 'is-true' && !isEach(item.left)
    return compileSearch(link, item, any !== negated, any, !any && !direct)
  }
  const read = link.compileArray(node.item)
  return any ? (frame) => read(frame).includes(true) : (frame) => !read(frame).includes(false)
}

function compileFresh<F>(link: Link<F>, node: LogicalNode): Test<F> {
  switch (node.kind) {
    case 'comparison':
      return compileComparison(link, node)
    case 'combine':
      return compileCombine(
        node.op,
        node.items.map((item) => link.compileTest(item)),
      )
    case 'not': {
      const test = link.compileTest(node.item)
      return (frame) => !test(frame)
    }
    default:
      return compileQuantifier(link, node)
  }
}

/** See `Link.compileTest`: for nodes that give one truth value. */
export function compileTest<F>(link: Link<F>, node: LogicalNode): Test<F> {
  if (isArrayNode(node)) return () => false
  if (!isShareable(node)) return compileFresh(link, node)
  const key = link.keys.of(node)
  if (!link.slots.has(key)) return compileFresh(link, node)
  const { slot } = shareOperand(link, key, () => compileFresh(link, node))
  return (frame) => readSlot(frame, slot) === true
}

function combineArrays(op: CombineNode['op'], arrays: readonly (readonly boolean[])[]): readonly boolean[] {
  const length = Math.min(...arrays.map((array) => array.length))
  return Array.from({ length }, (_, i) => {
    if (op === 'and') return arrays.every((array) => array[i])
    if (op === 'or') return arrays.some((array) => array[i])
    return arrays.filter((array) => array[i]).length % 2 === 1
  })
}

/** See `Link.compileArray`: for nodes that give an array of truth values, item by item, as long as the shortest. */
export function compileArray<F>(link: Link<F>, node: LogicalNode): ArrayTest<F> {
  if (node.kind === 'comparison') {
    const list = link.compileList(node.left)
    const predicate: Predicate<F> = compilePredicate(link, node.operation, false)
    return (frame) => (list(frame) ?? []).map((item) => predicate(item, frame))
  }
  if (node.kind === 'not') {
    const read = link.compileArray(node.item)
    return (frame) => read(frame).map((value) => !value)
  }
  if (node.kind !== 'combine') return () => []
  const reads = node.items.map((item) => link.compileArray(item))
  return (frame) =>
    combineArrays(
      node.op,
      reads.map((read) => read(frame)),
    )
}
