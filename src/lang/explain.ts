/**
 * Why an expression is true or false for one request: every part with what it gave.
 * @module
 */
import type { ArgumentNode, ComparisonNode, LogicalNode, Span, ValueNode } from './ast.ts'
import { createLink, startFrame } from './compile/create-link.ts'
import type { Link } from './compile/link.ts'
import { isArrayNode, isLogical } from './node-type.ts'
import { printNode } from './print-node.ts'
import { printValue } from './print-value.ts'
import type { Environment, Frame } from './program.ts'
import { toBytes, toText, type Value } from './value.ts'

/** A part of an expression. A condition has a `result`, a value a `value`, a comparison both. */
export interface Explanation {
  /** As it is in the source; printed anew when the tree has no spans. */
  readonly text: string
  /** An array for an array of truth values. */
  readonly result?: boolean | readonly boolean[]
  /** The value, or what is compared, for people: bounded, and `nil` when there is none. */
  readonly value?: string
  /** The parts before it have decided already, so that it is not evaluated in earnest. */
  readonly skipped?: true
  readonly children: readonly Explanation[]
}

interface Context<F> {
  readonly link: Link<F>
  readonly frame: Frame<F>
  /** The source as a binary string: spans count bytes. */
  readonly source: string
}

function textOf<F>({ source }: Context<F>, node: ArgumentNode & { readonly span?: Span }): string {
  const text = node.span && toText(source.slice(...node.span))
  return text ? text : printNode(node)
}

/** A defect of ours must not end an explanation either. */
function attempt<F, T>(context: Context<F>, read: () => (frame: Frame<F>) => T, otherwise: T): T {
  try {
    return read()(context.frame)
  } catch {
    context.frame.faults++
    return otherwise
  }
}

function readValue<F>(context: Context<F>, node: ValueNode): Value | undefined {
  return attempt(context, () => context.link.compileValue(node).read, undefined)
}

function readResult<F>(context: Context<F>, node: LogicalNode): boolean | readonly boolean[] {
  const { link } = context
  if (isArrayNode(node)) return attempt(context, () => link.compileArray(node), [])
  return attempt(context, () => link.compileTest(node), false)
}

/** What a value was computed from: the fields and calls in it. */
function explainOrigin<F>(context: Context<F>, node: ValueNode): readonly Explanation[] {
  if (node.kind === 'field') return []
  if (node.kind === 'index') return [explainValue(context, node.of)]
  return node.args.flatMap((arg) => {
    if (arg.kind === 'literal') return []
    return [isLogical(arg) ? explainNode(context, arg) : explainValue(context, arg)]
  })
}

function explainValue<F>(context: Context<F>, node: ValueNode): Explanation {
  return {
    text: textOf(context, node),
    value: printValue(readValue(context, node)),
    children: explainOrigin(context, node),
  }
}

function explainComparison<F>(context: Context<F>, node: ComparisonNode): Explanation {
  return {
    text: textOf(context, node),
    result: readResult(context, node),
    value: printValue(readValue(context, node.left)),
    children: explainOrigin(context, node.left),
  }
}

/** The parts of `and` and `or` after the one that decides are skipped. Arrays and `xor` need them all. */
function explainItems<F>(
  context: Context<F>,
  op: string,
  items: readonly LogicalNode[],
): readonly Explanation[] {
  const decisive = op === 'and' ? false : op === 'or' ? true : undefined
  let decided = false
  return items.map((item) => {
    const explanation = explainNode(context, item)
    const shown: Explanation = decided ? { ...explanation, skipped: true } : explanation
    decided ||= explanation.result === decisive
    return shown
  })
}

function explainNode<F>(context: Context<F>, node: LogicalNode): Explanation {
  if (node.kind === 'comparison') return explainComparison(context, node)
  const children =
    node.kind === 'combine' ? explainItems(context, node.op, node.items) : [explainNode(context, node.item)]
  return { text: textOf(context, node), result: readResult(context, node), children }
}

/**
 * Evaluates a checked expression and all its parts. `source` is the text it was parsed from. Not for the
 * request path: every part is compiled by itself.
 */
export function explainFilter<F>(
  node: LogicalNode,
  source: string,
  environment: Environment<F>,
  facts: F,
): Explanation {
  const link = createLink(environment, [node])
  return explainNode({ link, frame: startFrame(link, facts), source: toBytes(source) }, node)
}
