/**
 * The expressions of a limit: which requests it is about, which it counts, and by what.
 * @module
 */
import type { Characteristic, LimitModel } from '../bundle/model.ts'
import { isBodyField } from '../http/rule-fields/body-fields.ts'
import { isResponseField } from '../http/rule-fields/response-fields.ts'
import { COUNTING_PHASE, LIMIT_FILTER_PHASE, LIMIT_PHASE } from '../http/rule-fields/response-phase.ts'
import type { ArgumentNode, LogicalNode } from '../lang/ast.ts'
import { printNode } from '../lang/print-node.ts'
import { walkNodes } from '../lang/walk-nodes.ts'
import { parseCharacteristic } from './characteristics.ts'
import type { ExpressionPlace, ExpressionReader } from './expressions.ts'
import type { Path, Problem } from './problem.ts'
import { reportAt } from './rule-context.ts'
import type { Section } from './section.ts'

/** A limit while it is compiled: where it stands and where its problems go. */
export interface LimitContext {
  readonly section: Section<unknown>
  readonly problems: Problem[]
  readonly reader: ExpressionReader
  /** Of the limit in its file. */
  readonly path: Path
  readonly id: string
}

function placeOf(
  { section, path, id }: LimitContext,
  place: Path,
  phase: ExpressionPlace['phase'],
): ExpressionPlace {
  return { section, path: [...path, ...place], rule: `limits.${id}`, phase }
}

/** Whether some field in a tree is one of those. */
function names(node: ArgumentNode, isOne: (name: string) => boolean): boolean {
  let found = false
  walkNodes(node, (each) => {
    found ||= each.kind === 'field' && isOne(each.name)
  })
  return found
}

export function readFilter(context: LimitContext, text: string | undefined): LogicalNode | undefined {
  if (text === undefined) return undefined
  return context.reader.filter(placeOf(context, ['expression'], LIMIT_FILTER_PHASE), text)
}

/** `key` is where the expression stands. */
export function readCounting(
  context: LimitContext,
  key: string,
  text: string | undefined,
): LimitModel['counting'] {
  if (text === undefined) return undefined
  const filter = context.reader.filter(placeOf(context, [key], COUNTING_PHASE), text, 'counting')
  return filter && { filter, readsResponse: names(filter, isResponseField) }
}

/** Different for every request: what is counted by one of these is never counted twice. */
const SINGULAR: ReadonlySet<string> = new Set([
  'cf.ray_id',
  'cf.random_seed',
  'http.request.timestamp.sec',
  'http.request.timestamp.msec',
])

/** An expression that gives one value, at `place` below the limit; `undefined` after a problem was reported. */
export function readValueOf(
  context: LimitContext,
  place: Path,
  text: string,
): Extract<Characteristic, { kind: 'expression' }> | undefined {
  const node = context.reader.scalar(placeOf(context, place, LIMIT_PHASE), text)
  if (node === undefined) return undefined
  if (names(node, (name) => SINGULAR.has(name))) {
    const fix = 'Count by what requests of one client have in common.'
    reportAt(context, place, 'This is another value for each request, so nothing would be counted', fix)
  }
  return { kind: 'expression', node, source: printNode(node) }
}

/** All characteristics of a limit; those with a problem are missing. */
export function readCharacteristics(
  context: LimitContext,
  texts: readonly string[],
): readonly Characteristic[] {
  const read = texts.map((text, i): Characteristic | undefined => {
    const place = ['characteristics', i]
    const result = parseCharacteristic(text)
    if (!result.ok) {
      reportAt(context, place, result.message, result.fix)
      return undefined
    }
    return 'value' in result ? result.value : readValueOf(context, place, result.expression)
  })
  const seen = read.map((one) => one && identify(one))
  // Counting by the same thing twice does no harm but is never what was meant.
  const repeated = seen.findIndex((one, i) => one !== undefined && seen.indexOf(one) !== i)
  if (repeated >= 0) {
    const message = 'This characteristic is listed twice'
    reportAt(context, ['characteristics', repeated], message, 'Remove one of the two.')
  }
  return read.flatMap((one) => one ?? [])
}

function identify(one: Characteristic): string {
  return one.kind === 'expression' ? one.source : JSON.stringify(one)
}

/** Whether counting needs the content of requests. */
export function readsBody(
  characteristics: readonly Characteristic[],
  counting: LimitModel['counting'],
): boolean {
  const nodes: readonly ArgumentNode[] = [
    ...characteristics.flatMap((each) => (each.kind === 'expression' ? [each.node] : [])),
    ...(counting ? [counting.filter] : []),
  ]
  return nodes.some((node) => names(node, isBodyField))
}
