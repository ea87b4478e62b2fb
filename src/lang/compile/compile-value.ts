/**
 * Fields, calls and indexes as closures.
 * @module
 */
import type { ArgumentNode, CallNode, Index, IndexNode, ValueNode } from '../ast.ts'
import type { FunctionCall } from '../functions/definition.ts'
import { isArrayNode, isEach, isLogical } from '../node-type.ts'
import type { Frame, Read } from '../program.ts'
import { isArray, isMap, type Value } from '../value.ts'
import { type Link, type ListRead, type Operand, shareOperand } from './link.ts'
import { literalValue } from './literal-value.ts'

const NIL = (): undefined => undefined

function stepInto(value: Value | undefined, index: Index): Value | undefined {
  if (index.kind === 'at') return isArray(value) ? value[index.index] : undefined
  return index.kind === 'key' && isMap(value) ? value.get(index.key) : undefined
}

function compileIndex<F>(link: Link<F>, of: ValueNode, indexes: readonly Index[]): Read<F> {
  const { read } = link.compileValue(of)
  const [first, second] = indexes
  if (!first) return read
  if (!second) return (frame) => stepInto(read(frame), first)
  if (indexes.length === 2) return (frame) => stepInto(stepInto(read(frame), first), second)
  return (frame) => indexes.reduce(stepInto, read(frame))
}

function itemsOf(value: Value | undefined): readonly Value[] | undefined {
  if (isArray(value)) return value
  return isMap(value) ? [...value.values()] : undefined
}

/** Follows indexes of which some are `[*]`; what leads nowhere is left out. */
function flatten(value: Value | undefined, indexes: readonly Index[], at: number, out: Value[]): void {
  if (value === undefined) return
  const index = indexes[at]
  if (!index) out.push(value)
  else if (index.kind !== 'each') flatten(stepInto(value, index), indexes, at + 1, out)
  else for (const item of itemsOf(value) ?? []) flatten(item, indexes, at + 1, out)
}

function compileEach<F>(link: Link<F>, node: IndexNode): ListRead<F> {
  const first = node.indexes.findIndex(({ kind }) => kind === 'each')
  if (first === node.indexes.length - 1) {
    const read = compileIndex(link, node.of, node.indexes.slice(0, first))
    return (frame) => itemsOf(read(frame))
  }
  const { read } = link.compileValue(node.of)
  return (frame) => {
    const root = read(frame)
    if (root === undefined) return undefined
    const out: Value[] = []
    flatten(root, node.indexes, 0, out)
    return out
  }
}

/** See `Link.compileList`. */
export function compileList<F>(link: Link<F>, node: ValueNode): ListRead<F> {
  if (node.kind === 'index' && node.each) return compileEach(link, node)
  const { read } = link.compileValue(node)
  return (frame) => itemsOf(read(frame))
}

function compileArgument<F>(link: Link<F>, node: ArgumentNode): Read<F> {
  if (node.kind === 'literal') {
    const value = literalValue(node.literal)
    return () => value
  }
  if (!isLogical(node)) return link.compileValue(node).read
  return isArrayNode(node) ? link.compileArray(node) : link.compileTest(node)
}

/** Functions do not throw; if one does, that is a defect, and the request must not suffer from it. */
function invoke<F>(
  frame: Frame<F>,
  call: FunctionCall,
  args: readonly (Value | undefined)[],
): Value | undefined {
  try {
    return call(args)
  } catch {
    frame.faults++
    return undefined
  }
}

/** The function for each item with the other arguments, which are evaluated once; nil results are left out. */
function compileMapped<F>(list: ListRead<F>, others: readonly Read<F>[], call: FunctionCall): Read<F> {
  return (frame) => {
    const items = list(frame)
    if (!items) return undefined
    const rest = others.map((read) => read(frame))
    const out: Value[] = []
    for (const item of items) {
      const value = invoke(frame, call, [item, ...rest])
      if (value !== undefined) out.push(value)
    }
    return out
  }
}

function compileCall<F>(link: Link<F>, node: CallNode): Read<F> {
  const definition = link.environment.functions.get(node.name)
  if (!definition) return NIL
  const call = definition.prepare?.(node.args) ?? definition.call
  const [first, ...others] = node.args
  if (node.mapped && first && !isLogical(first) && first.kind !== 'literal') {
    const reads = others.map((other) => compileArgument(link, other))
    return compileMapped(link.compileList(first), reads, call)
  }
  const reads = node.args.map((arg) => compileArgument(link, arg))
  const [one, two] = reads
  if (one && reads.length === 1) return (frame) => invoke(frame, call, [one(frame)])
  if (one && two && reads.length === 2) return (frame) => invoke(frame, call, [one(frame), two(frame)])
  return (frame) =>
    invoke(
      frame,
      call,
      reads.map((read) => read(frame)),
    )
}

/** See `Link.compileValue`. A field that was not found when slots were given is nil. */
export function compileValue<F>(link: Link<F>, node: ValueNode): Operand<F> {
  if (node.kind === 'field') return shareOperand(link, link.keys.of(node), () => NIL)
  if (node.kind === 'call') return shareOperand(link, link.keys.of(node), () => compileCall(link, node))
  if (isEach(node)) return { slot: -1, read: compileEach(link, node) }
  return { slot: -1, read: compileIndex(link, node.of, node.indexes) }
}
