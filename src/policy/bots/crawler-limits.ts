/**
 * `rate` in the policy of crawlers, as ordinary limits: the limiter does the counting.
 * @module
 */
import type { AgentClass, BotsModel, CrawlerPolicy, CrawlerTerms } from '../../bundle/bots-model.ts'
import type { Characteristic, LimitModel } from '../../bundle/model.ts'
import { hasPathPrefix, type PathPattern, trimPrefix } from '../../http/scope.ts'
import type { ComparisonNode, FieldNode, LogicalNode, ValueNode } from '../../lang/ast.ts'
import { toBytes } from '../../lang/value.ts'

const CLASS: FieldNode = { kind: 'field', name: 'sallyport.bot.class', type: 'Bytes' }
const AGENT: FieldNode = { kind: 'field', name: 'sallyport.bot.agent', type: 'Bytes' }
const PATH: FieldNode = { kind: 'field', name: 'http.request.uri.path', type: 'Bytes' }
const DECLARED = isTrue({ kind: 'field', name: 'sallyport.bot.declared', type: 'Bool' })
const VERIFIED = isTrue({ kind: 'field', name: 'sallyport.bot.verified', type: 'Bool' })

/** A verified agent is one client, wherever its addresses are. */
const BY_AGENT: Characteristic = { kind: 'expression', node: AGENT, source: AGENT.name }
/** Who only uses a name is counted by network, as such clients change addresses. */
const BY_NETWORK: Characteristic = {
  kind: 'expression',
  node: {
    kind: 'call',
    name: 'cidr',
    args: [
      { kind: 'field', name: 'ip.src', type: 'Ip' },
      { kind: 'literal', literal: { kind: 'int', value: 24 } },
      { kind: 'literal', literal: { kind: 'int', value: 48 } },
    ],
    type: 'Ip',
  },
  source: 'cidr(ip.src, 24, 48)',
}

/** Crawlers that may not even read the rules must guess them (RFC 9309 section 2.3.1.4). */
const ROBOTS: PathPattern = { kind: 'exact', value: '/robots.txt' }

/**
 * Two limits for each `rate`: what a network may request under a name that it has not proved, and what a verified
 * agent may. Their ids are `bots-<class>` and `bots-agent-<agent>`, for a path with `-path-<number>`, and for the
 * second with `-verified` behind that. None while the policy of bots is off.
 */
export function crawlerLimits({
  mode,
  crawlers,
}: Pick<BotsModel, 'mode' | 'crawlers'>): readonly LimitModel[] {
  if (mode === 'off') return []
  const names = Object.keys(crawlers.agents)
  const limits: LimitModel[] = []
  const add = (id: string, who: LogicalNode, policy: CrawlerPolicy): void => {
    for (const area of areasOf(id, policy)) limits.push(...compile(area, who, mode))
  }
  for (const [name, policy] of Object.entries(crawlers.classes))
    add(`bots-${name}`, isClass(name as AgentClass, names), policy)
  const slugs = new Set<string>()
  for (const [name, policy] of Object.entries(crawlers.agents))
    add(`bots-agent-${slugOf(name, slugs)}`, equals(AGENT, name), policy)
  return limits
}

/** Where one `rate` holds. */
interface Area {
  readonly id: string
  readonly rate: NonNullable<CrawlerTerms['rate']>
  /** Absent: everywhere. */
  readonly path?: PathPattern
  /** Paths within with terms of their own. */
  readonly without: readonly PathPattern[]
}

function areasOf(id: string, policy: CrawlerPolicy): readonly Area[] {
  const patterns = policy.paths.map(({ path }) => path)
  const isAllElsewhere = patterns.some(({ kind, value }) => kind === 'prefix' && trimPrefix(value) === '')
  const areas: Area[] = []
  if (policy.action === 'rate' && policy.rate !== undefined && !isAllElsewhere)
    areas.push({ id, rate: policy.rate, without: [...patterns, ROBOTS] })
  for (const [i, { action, rate, path }] of policy.paths.entries()) {
    if (action !== 'rate' || rate === undefined) continue
    const without = patterns.filter((other) => other !== path && isWithin(other, path))
    areas.push({ id: `${id}-path-${i + 1}`, rate, path, without: [...without, ROBOTS] })
  }
  return areas
}

function isWithin(inner: PathPattern, outer: PathPattern): boolean {
  if (outer.kind === 'exact') return false
  const value = inner.kind === 'prefix' ? trimPrefix(inner.value) : inner.value
  return hasPathPrefix(value, trimPrefix(outer.value))
}

/** Below this many requests, allowances and leases are too coarse. */
const STRICT_BELOW = 20

function compile(area: Area, who: LogicalNode, mode: 'log' | 'enforce'): readonly LimitModel[] {
  const { id, rate, path, without } = area
  const outside: LogicalNode = { kind: 'not', item: anyOf(without.map(isPath)) }
  const common = {
    mode,
    scope: { hosts: [], paths: path ? [path] : [], methods: [] },
    requests_to_origin: false,
    readsBody: false,
    period: rate.period,
    requests_per_period: rate.requests,
    mitigation_timeout: 0,
    action: 'throttle',
    on_error: 'local',
    status: 429,
    accuracy: rate.requests < STRICT_BELOW ? 'strict' : 'balanced',
    announce: true,
  } as const satisfies Partial<LimitModel>
  return [
    {
      ...common,
      id,
      description: 'rate of crawlers by network, for names that are not proved',
      filter: { kind: 'combine', op: 'and', items: [who, { kind: 'not', item: VERIFIED }, outside] },
      characteristics: [BY_NETWORK],
      timeout_ms: 150,
      counting_scope: 'colo',
    },
    {
      ...common,
      id: `${id}-verified`,
      description: 'rate of crawlers by verified agent',
      filter: { kind: 'combine', op: 'and', items: [who, VERIFIED, outside] },
      characteristics: [BY_AGENT],
      timeout_ms: 1000,
      counting_scope: 'global',
    },
  ]
}

/** Agents of a class but those with terms of their own; with `other`, who is automated and nobody knows, too. */
function isClass(name: AgentClass, own: readonly string[]): LogicalNode {
  const known = equals(CLASS, name)
  const member: LogicalNode =
    own.length === 0 ? known : and(known, { kind: 'not', item: isOneOf(AGENT, own) })
  return name === 'other' ? anyOf([member, and(DECLARED, { kind: 'not', item: HAS_AGENT })]) : member
}

const HAS_AGENT: ComparisonNode = {
  kind: 'comparison',
  left: { kind: 'call', name: 'len', args: [AGENT], type: 'Int' },
  operation: { kind: 'order', order: 'gt', literal: { kind: 'int', value: 0 } },
}

function isPath({ kind, value }: PathPattern): LogicalNode {
  if (kind === 'exact') return equals(PATH, value)
  const path = trimPrefix(value)
  const below = isTrue({
    kind: 'call',
    name: 'starts_with',
    args: [PATH, { kind: 'literal', literal: { kind: 'bytes', value: toBytes(`${path}/`) } }],
    type: 'Bool',
  })
  return anyOf([equals(PATH, path), below])
}

function isTrue(left: ValueNode): ComparisonNode {
  return { kind: 'comparison', left, operation: { kind: 'is-true' } }
}

function equals(left: FieldNode, text: string): ComparisonNode {
  const literal = { kind: 'bytes', value: toBytes(text) } as const
  return { kind: 'comparison', left, operation: { kind: 'order', order: 'eq', literal } }
}

function isOneOf(left: FieldNode, texts: readonly string[]): ComparisonNode {
  const elements = texts.map((text) => ({ kind: 'bytes', value: toBytes(text) }) as const)
  return { kind: 'comparison', left, operation: { kind: 'in', elements } }
}

function and(...items: readonly LogicalNode[]): LogicalNode {
  return { kind: 'combine', op: 'and', items }
}

function anyOf(items: readonly LogicalNode[]): LogicalNode {
  const [first, ...others] = items
  if (first === undefined) throw new TypeError('one of nothing is never')
  return others.length === 0 ? first : { kind: 'combine', op: 'or', items }
}

const LONGEST_SLUG = 30

/** A name as part of an id, different for each. */
function slugOf(name: string, taken: Set<string>): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  const cut = plain.slice(0, LONGEST_SLUG) || 'x'
  // "Foo verified" must not be taken for the second limit of Foo.
  const start = /-(?:verified|path-[0-9]+)$/.test(cut) ? `${cut}-x` : cut
  let slug = start
  for (let i = 2; taken.has(slug); i++) slug = `${start}-${i}`
  taken.add(slug)
  return slug
}
