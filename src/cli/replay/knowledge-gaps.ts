/**
 * Counts what the log could not tell the policy, so that the report says how far to trust it.
 * @module
 */
import type { Characteristic, GuardModel, LimitModel, PolicyModel } from '../../bundle/model.ts'
import type { Mode } from '../../http/decision.ts'
import type { RequestFacts } from '../../http/facts.ts'
import { compileScope, type ScopeMatcher } from '../../http/scope.ts'
import { createBotGaps } from './bot-gaps.ts'
import type { LogRequest } from './log-request.ts'
import { createRuleGaps } from './rule-gaps.ts'
import type { Verdict } from './tally.ts'
import type { MissingFields } from './to-facts.ts'

export interface KnowledgeGaps {
  note(request: LogRequest, facts: RequestFacts, verdict: Verdict): void
  /** One sentence each, with how many requests it is about and what to do. */
  warnings(): string[]
}

/** A rule, and whether it would look at something that these facts lack. */
interface NeedyRule {
  readonly id: string
  readonly matches: ScopeMatcher
  readonly lacks: (facts: RequestFacts) => boolean
}

const ENDS_BEFORE_LIMITS: ReadonlySet<string> = new Set(['access', 'rules'])

export function createKnowledgeGaps(model: PolicyModel, missing: MissingFields): KnowledgeGaps {
  const { stages } = model.settings
  const guards = findActive(model.access, stages.access).flatMap(toNeedyGuard)
  const limits = findActive(model.limits, stages.limits).flatMap(toNeedyLimit)
  const rules = createRuleGaps(model)
  const bots = createBotGaps(model)
  const answered = findActive(model.limits, stages.limits).filter(countsByAnswer)
  const byAnswer = answered.map(({ id, scope, score_header, requests_to_origin }) => ({
    id,
    matches: compileScope(scope),
    // Scores, and what a cache answered, are in no log.
    isDark: score_header !== undefined || requests_to_origin,
  }))
  const counts = { host: 0, address: 0, guards: 0, limits: 0, answers: 0 }
  return {
    note(request, facts, verdict): void {
      const { terminal } = verdict
      rules.note(facts, verdict)
      bots.note(verdict)
      if (request.host === undefined) counts.host++
      if (!facts.client.address) counts.address++
      if (terminal?.stage === 'hygiene') return
      if (guards.some((guard) => isInTheDark(guard, facts))) counts.guards++
      if (!ENDS_BEFORE_LIMITS.has(terminal?.stage ?? '') && limits.some((limit) => isInTheDark(limit, facts)))
        counts.limits++
      const hasStatus = request.status !== undefined
      if (byAnswer.some(({ matches, isDark }) => (isDark || !hasStatus) && matchesFacts(matches, facts)))
        counts.answers++
    },
    warnings(): string[] {
      const told = [
        [counts.host, `no host in the log (#): taken as ${missing.host}; set it with --host`],
        [counts.address, 'client is not an IP address (#): on no address list, and one client to limits'],
        [counts.guards, `guards that need a country or ASN the log does not have (#): ${nameRules(guards)}`],
        [counts.limits, `limits that count by what the log does not have (#): ${nameRules(limits)}`],
        [
          counts.answers,
          `limits that count by answers that the log does not tell (#): ${nameRules(byAnswer)}`,
        ],
      ] as const
      const own = told.flatMap(([count, text]) => (count > 0 ? [text.replace('#', `${count}×`)] : []))
      return [...own, ...rules.warnings(), ...bots.warnings()]
    },
  }
}

function findActive<Rule extends { readonly mode: Mode }>(rules: readonly Rule[], stage: Mode): Rule[] {
  return stage === 'off' ? [] : rules.filter(({ mode }) => mode !== 'off')
}

function toNeedyGuard({ id, scope, asns, countries }: GuardModel): NeedyRule[] {
  const asn = asns.allow.length + asns.deny.length > 0
  const country = countries.allow.length + countries.deny.length > 0
  if (!asn && !country) return []
  const lacks = ({ client }: RequestFacts): boolean =>
    (asn && client.asn === undefined) || (country && client.country === undefined)
  return [{ id, matches: compileScope(scope), lacks }]
}

function toNeedyLimit({ id, scope, characteristics }: LimitModel): NeedyRule[] {
  const lacks = (facts: RequestFacts): boolean =>
    characteristics.some((one) => lacksCharacteristic(one, facts))
  return [{ id, matches: compileScope(scope), lacks }]
}

/** Addresses and all that is in the request line are in every log. */
function lacksCharacteristic(characteristic: Characteristic, { client, headers }: RequestFacts): boolean {
  switch (characteristic.kind) {
    case 'ip.src.asnum':
      return client.asn === undefined
    case 'ip.src.country':
      return client.country === undefined
    case 'cf.colo.id':
      return client.colo === undefined
    case 'http.request.headers':
      return headers.get(characteristic.name.toLowerCase()) === undefined
    case 'http.request.cookies':
      return headers.get('cookie') === undefined
    default:
      return false
  }
}

function countsByAnswer({ counting, requests_to_origin, score_header }: LimitModel): boolean {
  return counting?.readsResponse === true || requests_to_origin || score_header !== undefined
}

function matchesFacts(matches: ScopeMatcher, { host, target, method }: RequestFacts): boolean {
  return matches(host.name, target.path, method)
}

function isInTheDark({ matches, lacks }: NeedyRule, facts: RequestFacts): boolean {
  return lacks(facts) && matchesFacts(matches, facts)
}

function nameRules(rules: readonly Pick<NeedyRule, 'id'>[]): string {
  const names = rules.slice(0, 5).map(({ id }) => id)
  return `${names.join(', ')}${rules.length > 5 ? ', …' : ''}; the edge may decide otherwise`
}
