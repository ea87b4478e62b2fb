/** Rules and limits from text, for the tests of the stages that run them. */
import type { HeaderRewrite, ListModel, RuleAction, RuleModel } from '../../../src/bundle/model.ts'
import { requestScheme } from '../../../src/http/rule-fields/request-scheme.ts'
import { openLists } from '../../../src/ingress/rules/rule-lists.ts'
import { createRules, type Rules, type RulesOptions } from '../../../src/ingress/rules/rules.ts'
import type { LogicalNode, ValueNode } from '../../../src/lang/ast.ts'
import { formatFilterError } from '../../../src/lang/filter-error.ts'
import { parseFilter } from '../../../src/lang/parse-filter.ts'
import { parseValue } from '../../../src/lang/parse-value.ts'
import type { ListKind } from '../../../src/lang/scheme.ts'
import { parsePrefix } from '../../../src/net/prefix.ts'
import { buildPrefixSet, openPrefixSet } from '../../../src/net/prefix-set.ts'
import type { ExpressionPhase } from '../../../src/policy/expressions.ts'

export const REDIRECT = 'http_request_dynamic_redirect'
export const CUSTOM = 'http_request_firewall_custom'
export const LATE = 'http_request_late_transform'
export const RESPONSE = 'http_response_headers_transform'

const KINDS: ReadonlyMap<string, ListKind> = new Map([
  ['office', 'Ip'],
  ['clouds', 'Int'],
  ['home', 'Bytes'],
  ['friends', 'Bytes'],
])

export const LISTS: readonly ListModel[] = [
  { name: 'office', kind: 'ip', part: 'office', count: 1 },
  { name: 'clouds', kind: 'asn', values: [64500] },
  { name: 'home', kind: 'country', values: ['DE'] },
  { name: 'friends', kind: 'hostname', values: ['a.example', '*.b.example'] },
]

export function parseTest(text: string, phase: ExpressionPhase = CUSTOM): LogicalNode {
  const parsed = parseFilter(text, requestScheme(KINDS, phase))
  if (!parsed.ok) throw new Error(formatFilterError(parsed.error))
  return parsed.node
}

export function parseText(text: string, phase: ExpressionPhase = CUSTOM): ValueNode {
  const parsed = parseValue(text, requestScheme(KINDS, phase))
  if (!parsed.ok) throw new Error(formatFilterError(parsed.error))
  return parsed.node
}

let made = 0

export function createRule(
  expression: string,
  action: RuleAction,
  change: Partial<Omit<RuleModel, 'expression' | 'filter' | 'action'>> = {},
): RuleModel {
  const phase = change.phase ?? (action.kind === 'redirect' ? REDIRECT : CUSTOM)
  return {
    id: `rule-${made++}`,
    description: '',
    mode: 'enforce',
    percentage: 100,
    ...change,
    phase,
    filter: parseTest(expression, phase),
    expression,
    action,
  }
}

export function redirectTo(target: string | ValueNode, preserve_query = false): RuleAction {
  return { kind: 'redirect', status: 302, target, preserve_query }
}

export function rewrite(...headers: readonly HeaderRewrite[]): RuleAction {
  return { kind: 'rewrite', headers }
}

export const BLOCK: RuleAction = { kind: 'block', status: 403 }
export const LOG: RuleAction = { kind: 'log' }

export function skip(change: Partial<Extract<RuleAction, { kind: 'skip' }>>): RuleAction {
  return { kind: 'skip', current: false, phases: [], rules: [], ...change }
}

export function openTestLists(): ReturnType<typeof openLists> {
  const office = parsePrefix('192.0.2.0/24')
  if (!office.ok) throw new Error(office.message)
  return openLists(LISTS, () => openPrefixSet(buildPrefixSet([{ prefix: office.prefix, value: 1 }])))
}

export function openRules(rules: readonly RuleModel[], change: Partial<RulesOptions> = {}): Rules {
  return createRules({
    rules,
    limits: [],
    lists: openTestLists(),
    mode: 'enforce',
    isCleared: () => false,
    ...change,
  })
}
