/**
 * Rules and limits in the order in which they run, with the places of what they say.
 * @module
 */
import type { LimitModel, PolicyModel, RuleModel } from '../../bundle/model.ts'
import { capMode, type Mode } from '../../http/decision.ts'
import type { LogicalNode, Span } from '../../lang/ast.ts'
import type { PolicyExpression } from '../expressions.ts'
import { LIMITS_FILE } from '../limits-schema.ts'
import { LOGIN_LIMITS } from '../login-protection.ts'
import { formatPath, type Path, type PolicyFiles, type Problem } from '../problem.ts'
import { CUSTOM_FILE, REDIRECTS_FILE, TRANSFORMS_FILE } from '../rules.ts'
import { readSource, type Source } from '../source.ts'

export interface RuleView {
  /** `rules.<id>` or `limits.<id>`. */
  readonly name: string
  readonly id: string
  /** The rule's mode, capped by that of its stage. */
  readonly mode: Mode
  /** With spans where the expression is written out. */
  readonly filter: LogicalNode
  /** Absent for limits. */
  readonly model?: RuleModel
  readonly limit?: LimitModel
  /** Written nowhere: a limit that comes from terms of crawlers. There is nothing in it to mend. */
  readonly derived?: true
  /** What a limit counts, when it says so itself: with spans, too. */
  readonly counting?: Pick<PolicyExpression, 'problemAt'> & { readonly node: LogicalNode }
  /** A problem with a part of the expression, or with all of it. */
  problemAt(span: Span | undefined, message: string, fix: string): Problem
  /** A problem with the value of a key. */
  problemWith(key: string, message: string, fix: string): Problem
}

/** The list of entries that stand for several limits each. */
const LOGINS = 'login_protection'

/** Where rules are listed. */
const LISTS: readonly (readonly [file: string, key: string, stage: 'rules' | 'limits'])[] = [
  [REDIRECTS_FILE, 'redirects', 'rules'],
  [CUSTOM_FILE, 'rules', 'rules'],
  [LIMITS_FILE, 'limits', 'limits'],
  [LIMITS_FILE, LOGINS, 'limits'],
  [TRANSFORMS_FILE, 'request_headers', 'rules'],
  [TRANSFORMS_FILE, 'response_headers', 'rules'],
]

/** For a limit without an expression: what every request is. */
export const EVERY_REQUEST: LogicalNode = everyRequest()

function everyRequest(): LogicalNode {
  const ssl: LogicalNode = {
    kind: 'comparison',
    left: { kind: 'field', name: 'ssl', type: 'Bool' },
    operation: { kind: 'is-true' },
  }
  return { kind: 'combine', op: 'or', items: [ssl, { kind: 'not', item: ssl }] }
}

interface Place {
  readonly source: Source
  readonly path: Path
}

/** Places by name of the rule. The files have been compiled, so what is not there is nobody's. */
function locateRules(files: PolicyFiles): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>()
  for (const [file, key, stage] of LISTS) {
    const read = readSource(file, files.get(file) ?? '')
    if (!read.ok) continue
    const { source } = read
    const items = (source.value as Readonly<Record<string, unknown>> | null)?.[key]
    if (!Array.isArray(items)) continue
    for (const [index, item] of items.entries()) {
      const { id } = item as { readonly id?: unknown }
      if (typeof id !== 'string') continue
      const names = key === LOGINS ? LOGIN_LIMITS.map((name) => `${id}-${name}`) : [id]
      for (const name of names) places.set(`${stage}.${name}`, { source, path: [key, index] })
    }
  }
  return places
}

function problemIn(place: Place | undefined, key: string, message: string, fix: string): Problem {
  if (!place) return { file: CUSTOM_FILE, line: 1, column: 1, path: '', message, fix }
  const { source, path } = place
  const at = [...path, key]
  const position = source.locate(at, 'value')
  return { file: source.file, ...position, path: formatPath(at), message, fix }
}

/** As with filters: what counts has the shape it was parsed with. */
function viewCounting(written: PolicyExpression | undefined): Pick<RuleView, 'counting'> {
  if (!written) return {}
  return { counting: { node: written.node as LogicalNode, problemAt: written.problemAt } }
}

/** Whether a rule runs before the limits. */
function isEarly({ phase }: RuleModel): boolean {
  return phase === 'http_request_dynamic_redirect' || phase === 'http_request_firewall_custom'
}

/** All rules and limits: redirects, custom rules, limits, transforms of the request, of the response. */
export function viewRules(
  files: PolicyFiles,
  { rules, limits, settings }: PolicyModel,
  expressions: readonly PolicyExpression[],
): readonly RuleView[] {
  const places = locateRules(files)
  const named = (role: PolicyExpression['role']): ReadonlyMap<string, PolicyExpression> =>
    new Map(expressions.flatMap((each) => (each.role === role ? [[each.rule, each]] : [])))
  const filters = named('filter')
  const countings = named('counting')
  const view = (name: string, id: string, mode: Mode, filter: LogicalNode): RuleView => {
    const written = filters.get(name)
    const problemWith: RuleView['problemWith'] = (key, message, fix) =>
      problemIn(places.get(name), key, message, fix)
    return {
      name,
      id,
      mode,
      // A filter has the shape it was parsed with; only the kept one has its spans.
      filter: written ? (written.node as LogicalNode) : filter,
      problemWith,
      problemAt: (span, message, fix) =>
        written?.problemAt(span, message, fix) ?? problemWith('expression', message, fix),
    }
  }
  const { stages } = settings
  const viewRule = (model: RuleModel): RuleView => ({
    ...view(`rules.${model.id}`, model.id, capMode(model.mode, stages.rules), model.filter),
    model,
  })
  const viewLimit = (limit: LimitModel): RuleView => ({
    ...view(
      `limits.${limit.id}`,
      limit.id,
      capMode(limit.mode, stages.limits),
      limit.filter ?? EVERY_REQUEST,
    ),
    limit,
    ...(places.has(`limits.${limit.id}`) ? {} : { derived: true }),
    ...viewCounting(countings.get(`limits.${limit.id}`)),
  })
  return [
    ...rules.filter(isEarly).map(viewRule),
    ...limits.map(viewLimit),
    ...rules.filter((rule) => !isEarly(rule)).map(viewRule),
  ]
}
