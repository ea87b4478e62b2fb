/**
 * Tries a claim with a value put in the place of what it is about.
 * @module
 */
import type { ArgumentNode, FieldNode, LogicalNode, ValueNode } from '../../lang/ast.ts'
import { compileProgram } from '../../lang/compile.ts'
import { FUNCTIONS } from '../../lang/functions/table.ts'
import type { Value } from '../../lang/value.ts'
import { walkNodes } from '../../lang/walk-nodes.ts'
import { keyOf } from './claim.ts'

/** Whether a value is on a list; a list that is not there cannot be asked. */
export type FindList = (name: string) => ((value: Value) => boolean) | undefined

/** Whether the atom holds for a value, `undefined` being a missing one; `undefined` when that cannot be said. */
export type Trial = (value: Value | undefined) => boolean | undefined

/** How much of a text regular expressions look at depends on hygiene; so far they always look. */
const SHORT = 256

/** No field has such a name. */
const HOLE = '$'

function replaceValue(node: ValueNode, key: string): ValueNode {
  if (keyOf(node) === key) return { kind: 'field', name: HOLE, type: node.type } satisfies FieldNode
  if (node.kind === 'call') return { ...node, args: node.args.map((arg) => replace(arg, key)) }
  if (node.kind !== 'index') return node
  const of = replaceValue(node.of, key)
  return of.kind === 'index' ? node : { ...node, of }
}

function replaceLogical<N extends LogicalNode>(node: N, key: string): LogicalNode {
  switch (node.kind) {
    case 'comparison':
      return { ...node, left: replaceValue(node.left, key) }
    case 'combine':
      return { ...node, items: node.items.map((item) => replaceLogical(item, key)) }
    default:
      return { ...node, item: replaceLogical(node.item, key) }
  }
}

function replace(node: ArgumentNode, key: string): ArgumentNode {
  if (node.kind === 'literal') return node
  if (node.kind === 'field' || node.kind === 'call' || node.kind === 'index') return replaceValue(node, key)
  return replaceLogical(node, key)
}

/** Every name must stand for something known, or the outcome would mean nothing. */
function isClosed(node: LogicalNode, findList: FindList): boolean {
  let closed = true
  walkNodes(node, (each) => {
    if (each.kind === 'field' && each.name !== HOLE) closed = false
    if (each.kind === 'call' && !FUNCTIONS.has(each.name)) closed = false
    if (each.kind !== 'comparison' || each.operation.kind !== 'in-list') return
    if (findList(each.operation.list) === undefined) closed = false
  })
  return closed
}

/** `undefined` when the atom is about other things too than the value with this key. */
export function createTrial(atom: LogicalNode, key: string, findList: FindList): Trial | undefined {
  const node = replaceLogical(atom, key)
  if (!isClosed(node, findList)) return undefined
  const program = compileProgram<{ readonly value: Value | undefined }>(
    {
      fields: new Map([[HOLE, ({ value }) => value]]),
      functions: FUNCTIONS,
      list: findList,
      nilNotEqual: false,
      maxSubject: SHORT,
    },
    [node],
  )
  const test = program.filter(0)
  return (value) => {
    const frame = program.start({ value })
    const holds = test(frame)
    return frame.faults === 0 && frame.cuts === 0 ? holds : undefined
  }
}
