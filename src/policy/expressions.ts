/**
 * Reads the expressions of a policy and shows what is wrong with one at its place in the file.
 * @module
 */
import type { Phase } from '../bundle/model.ts'
import { requestScheme } from '../http/rule-fields/request-scheme.ts'
import type { COUNTING_PHASE, LIMIT_FILTER_PHASE, LIMIT_PHASE } from '../http/rule-fields/response-phase.ts'
import type { LogicalNode, Span, ValueNode } from '../lang/ast.ts'
import type { FilterError } from '../lang/filter-error.ts'
import { parseFilter } from '../lang/parse-filter.ts'
import { parseValue } from '../lang/parse-value.ts'
import type { ListKind, Scheme } from '../lang/scheme.ts'
import { equalTypes, formatType, type Type } from '../lang/type.ts'
import { characterAt, errorRange } from './expression-range.ts'
import type { Path, Problem } from './problem.ts'
import type { Section } from './section.ts'

/** Where expressions stand: in rules, and in what limits are about, count by and count. */
export type ExpressionPhase = Phase | typeof LIMIT_FILTER_PHASE | typeof LIMIT_PHASE | typeof COUNTING_PHASE

/** Where an expression is written and what it belongs to. */
export interface ExpressionPlace {
  readonly section: Pick<Section<unknown>, 'at' | 'atText'>
  /** Of the expression's text. */
  readonly path: Path
  /** As in records: `rules.<id>` or `limits.<id>`. */
  readonly rule: string
  readonly phase: ExpressionPhase
}

/** An expression of the policy with its spans, for those who have more to say of it than that it parses. */
export interface PolicyExpression {
  readonly rule: string
  readonly phase: ExpressionPhase
  readonly text: string
  /** With spans, unless the text is `true` alone; a filter and what counts give `Bool`. */
  readonly node: LogicalNode | ValueNode
  /** `counting` says which requests a limit counts; `value` gives a text, or what a limit counts by. */
  readonly role: 'filter' | 'counting' | 'value'
  /** A problem with these bytes of the expression, or with all of it. */
  problemAt(span: Span | undefined, message: string, fix: string): Problem
}

export interface ExpressionReader {
  /** The tree without spans; `undefined` after a problem was reported. */
  filter(place: ExpressionPlace, text: string, role?: 'filter' | 'counting'): LogicalNode | undefined
  /** An expression that gives `Bytes`. */
  value(place: ExpressionPlace, text: string): ValueNode | undefined
  /** An expression that gives one value to count by: `Bytes`, `Int`, `Ip` or `Bool`. */
  scalar(place: ExpressionPlace, text: string): ValueNode | undefined
  /** What was read so far without a problem. */
  readonly expressions: readonly PolicyExpression[]
  /** The kinds of all lists, those included that were decided by their use. */
  readonly lists: ReadonlyMap<string, ListKind>
}

/** Kinds of lists by name; a list without entries gets its kind by its first use, and is missing until then. */
export interface ListKinds {
  readonly known: ReadonlyMap<string, ListKind>
  readonly undecided: ReadonlySet<string>
}

/** Cloudflare's word for every request. The grammar has no constants, so this stands for it. */
const EVERY = 'true'
const EVERY_REQUEST = 'ssl or not ssl'

const KINDS: readonly ListKind[] = ['Ip', 'Int', 'Bytes']

/** A copy for the bundle, which carries no spans. */
function withoutSpans<T>(node: T): T {
  return JSON.parse(JSON.stringify(node, (key, value: unknown) => (key === 'span' ? undefined : value))) as T
}

function reportError({ section, path }: ExpressionPlace, text: string, error: FilterError): Problem {
  // Names of fields stay as they are.
  const message = /^[a-z]+(?=\s)/.test(error.message)
    ? error.message.charAt(0).toUpperCase() + error.message.slice(1)
    : error.message
  return section.atText(path, errorRange(text, error), message, error.fix)
}

function keep(
  { section, path, rule, phase }: ExpressionPlace,
  text: string,
  node: LogicalNode | ValueNode,
  role: PolicyExpression['role'],
): PolicyExpression {
  const problemAt: PolicyExpression['problemAt'] = (span, message, fix) => {
    const range = span
      ? ([characterAt(text, span[0]), characterAt(text, span[1])] as const)
      : ([0, text.length] as const)
    return section.atText(path, range, message, fix)
  }
  return { rule, phase, text, node, role, problemAt }
}

/** Schemes by phase, with the kinds of lists that are known so far. */
class Schemes {
  readonly lists: Map<string, ListKind>
  readonly #undecided: Set<string>
  readonly #made = new Map<ExpressionPhase, Scheme>()

  constructor({ known, undecided }: ListKinds) {
    this.lists = new Map(known)
    this.#undecided = new Set(undecided)
  }

  of(phase: ExpressionPhase): Scheme {
    const scheme = this.#made.get(phase) ?? requestScheme(this.lists, phase)
    this.#made.set(phase, scheme)
    return scheme
  }

  /** Gives each undecided list in `text` the first kind with which the text parses, or else that of addresses. */
  decide(text: string, phase: ExpressionPhase, parse: typeof parseFilter | typeof parseValue): void {
    for (const name of this.#undecided) {
      if (!text.includes(`$${name}`)) continue
      const fits = (kind: ListKind): boolean =>
        parse(text, requestScheme(new Map(this.lists).set(name, kind), phase)).ok
      this.lists.set(name, KINDS.find(fits) ?? 'Ip')
      this.#undecided.delete(name)
      this.#made.clear()
    }
  }
}

/** Why a type is not the one that is needed. */
interface Unfit {
  readonly message: string
  readonly fix: string
}

function explainText(type: Type): Unfit | undefined {
  if (equalTypes(type, 'Bytes')) return undefined
  return {
    message: `This gives ${formatType(type)}, and a text (Bytes) is needed`,
    fix: 'Use to_string(…) for numbers and addresses, join(…, ",") for arrays, or [0] for one element.',
  }
}

function explainScalar(type: Type): Unfit | undefined {
  if (typeof type === 'string') return undefined
  const fix =
    'array' in type
      ? 'Take one element with [0], or all of them with join(…, ",").'
      : 'Name the entry and take one element, as in http.request.headers["x-tenant"][0].'
  return { message: `This gives ${formatType(type)}, and requests are counted by one value`, fix }
}

/** Reads expressions one after another; problems go to `problems`. */
export function createExpressionReader(lists: ListKinds, problems: Problem[]): ExpressionReader {
  const expressions: PolicyExpression[] = []
  const schemes = new Schemes(lists)
  function readValue(
    place: ExpressionPlace,
    text: string,
    explainType: (type: Type) => Unfit | undefined,
  ): ValueNode | undefined {
    schemes.decide(text, place.phase, parseValue)
    const result = parseValue(text, schemes.of(place.phase))
    if (!result.ok) {
      problems.push(reportError(place, text, result.error))
      return undefined
    }
    const unfit = explainType(result.node.type)
    if (unfit) {
      problems.push(place.section.atText(place.path, [0, text.length], unfit.message, unfit.fix))
      return undefined
    }
    expressions.push(keep(place, text, result.node, 'value'))
    return withoutSpans(result.node)
  }

  return {
    expressions,
    lists: schemes.lists,
    filter(place, text, role = 'filter') {
      const source = text.trim() === EVERY ? EVERY_REQUEST : text
      schemes.decide(source, place.phase, parseFilter)
      const result = parseFilter(source, schemes.of(place.phase))
      if (!result.ok) {
        problems.push(reportError(place, text, result.error))
        return undefined
      }
      const plain = withoutSpans(result.node)
      // Spans of what stands for another text would point nowhere.
      expressions.push(keep(place, text, source === text ? result.node : plain, role))
      return plain
    },
    value: (place, text) => readValue(place, text, explainText),
    scalar: (place, text) => readValue(place, text, explainScalar),
  }
}
