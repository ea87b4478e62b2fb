/**
 * Tests that say something unexpected of what is missing or empty.
 * @module
 */
import type { IndexNode, LogicalNode } from '../../lang/ast.ts'
import { printNode } from '../../lang/print-node.ts'
import type { Value } from '../../lang/value.ts'
import { walkNodes } from '../../lang/walk-nodes.ts'
import { keyOf } from './claim.ts'
import { createTrial } from './evaluate-claim.ts'
import type { Finding } from './finding.ts'
import type { RuleView } from './rule-view.ts'
import { type GuardedAtom, walkGuarded } from './walk-guarded.ts'

/** The array before the first `[*]`. */
function arrayOf({ of, indexes }: IndexNode): IndexNode | IndexNode['of'] {
  const before = indexes.slice(
    0,
    Math.max(
      0,
      indexes.findIndex(({ kind }) => kind === 'each'),
    ),
  )
  return before.length === 0 ? of : { kind: 'index', of, indexes: before, type: of.type }
}

function eachNodesOf(node: LogicalNode): readonly IndexNode[] {
  const found: IndexNode[] = []
  walkNodes(node, (each) => {
    // Of `lower(x[*])[*]` the array that is asked for is `x`.
    if (each.kind === 'index' && each.each && !(each.of.kind === 'call' && each.of.mapped)) found.push(each)
  })
  return found
}

/** An empty value of the type, as far as `[*]` is concerned. */
function emptyOf({ of }: IndexNode): Value {
  return typeof of.type === 'object' && 'map' in of.type ? new Map() : []
}

/** Whether the guard is false for an array that is empty or missing. */
function requires(guard: LogicalNode, node: IndexNode): boolean {
  if (guard.kind === 'combine') return guard.op === 'and' && guard.items.some((item) => requires(item, node))
  if (!keyOf(guard).includes(printNode(arrayOf(node)))) return false
  const trial = createTrial(guard, keyOf(node.of), () => undefined)
  return trial?.(emptyOf(node)) === false && trial(undefined) === false
}

function checkAll(
  { atom, positive, guards }: GuardedAtom,
  { name, problemAt }: RuleView,
): readonly Finding[] {
  if (atom.kind !== 'all' || !positive) return []
  const nodes = eachNodesOf(atom.item)
  const [first] = nodes
  if (!first || nodes.some((node) => guards.some((guard) => requires(guard, node)))) return []
  const array = printNode(arrayOf(first))
  const message = `all(…) is also true when ${array} is empty or missing`
  const fix = `Write len(${array}) gt 0 and before it, unless requests without any are meant too.`
  return [
    { severity: 'warning', code: 'unguarded-all', rule: name, problem: problemAt(atom.span, message, fix) },
  ]
}

/** `h["x"][0] ne "v"` does not match a request without the header, which is often the one to catch. */
function checkNotEqual(
  { atom, positive, guards }: GuardedAtom,
  { name, problemAt }: RuleView,
): readonly Finding[] {
  // Below a not, such a request is matched.
  if (!positive) return []
  if (atom.kind !== 'comparison' || atom.left.kind !== 'index' || atom.operation.kind !== 'order') return []
  const { left, operation } = atom
  if (operation.order !== 'ne' || left.each || !left.indexes.some(({ kind }) => kind === 'key')) return []
  const array = printNode({ ...left, indexes: left.indexes.slice(0, 1) })
  if (guards.some((guard) => keyOf(guard).includes(array))) return []
  const equal = printNode({ ...atom, operation: { ...operation, order: 'eq' } })
  const message = `A request without ${array} is not matched: comparing a missing value is false, also with ne`
  const fix = `Write not ${equal} to match it too, or len(${array}) gt 0 and before it.`
  return [
    { severity: 'warning', code: 'missing-value', rule: name, problem: problemAt(atom.span, message, fix) },
  ]
}

export function findMissing(views: readonly RuleView[]): readonly Finding[] {
  return views.flatMap((view) => {
    const findings: Finding[] = []
    walkGuarded(view.filter, (found) => {
      findings.push(...checkAll(found, view), ...checkNotEqual(found, view))
    })
    return findings
  })
}
