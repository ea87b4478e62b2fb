/**
 * Access: who may pass, by address, network and country. The cheapest refusal, so the first.
 * @module
 */
import { ALLOW, DENY, type GuardModel } from '../bundle/model.ts'
import { capMode, type Decision, type Mode, NOTHING, type StageResult } from '../http/decision.ts'
import type { ClientFacts } from '../http/facts.ts'
import { compileScope, type ScopeMatcher } from '../http/scope.ts'
import type { PrefixSet } from '../net/prefix-set.ts'

export interface AccessFacts {
  /** Canonical host. */
  readonly host: string
  /** Canonical path. */
  readonly path: string
  readonly method: string
  readonly client: ClientFacts
}

export type AccessStage = (facts: AccessFacts) => StageResult

/** What a guard says of one client: the refusal, or nothing. */
type Judge = (client: ClientFacts) => Decision | undefined

interface Guard {
  readonly matches: ScopeMatcher
  readonly judge: Judge
}

/** What decided against a client: the reason, and the start of the sentence on how to let it pass. */
const REASONS = {
  address: {
    reason: 'The client address is on a deny list.',
    fix: 'Add a more specific network to allow.cidrs, or take the network from deny.cidrs, of',
  },
  asn: {
    reason: "The client's network (ASN) is on a deny list.",
    fix: 'Add the address to allow.cidrs, or take the number from deny.asns, of',
  },
  country: {
    reason: "The client's country is on a deny list.",
    fix: 'Add the address to allow.cidrs, or take the country from deny.countries, of',
  },
  unlisted: {
    reason: 'Only listed clients may pass here, and this one is on no allow list.',
    fix: 'Add the client to allow.cidrs, allow.asns or allow.countries of',
  },
} as const

/** Refusals are made once per guard: they hold nothing of the request. */
function makeRefusal(id: string, mode: Exclude<Mode, 'off'>, why: keyof typeof REASONS): Decision {
  const { reason, fix } = REASONS[why]
  return Object.freeze({
    action: 'block',
    stage: 'access',
    rule: `access.${id}`,
    reason,
    mode,
    status: 403,
    fix: `${fix} guard ${id} in rules/access.yaml.`,
  })
}

/**
 * The address decides when it is on a list, as that says most about the client; then its network, then its
 * country. What is on no list passes, unless the guard has a list of those who may.
 */
function createJudge(guard: GuardModel, mode: Exclude<Mode, 'off'>, set: PrefixSet | undefined): Judge {
  const asns = { allow: new Set(guard.asns.allow), deny: new Set(guard.asns.deny) }
  const countries = { allow: new Set(guard.countries.allow), deny: new Set(guard.countries.deny) }
  const byAddress = makeRefusal(guard.id, mode, 'address')
  const byAsn = makeRefusal(guard.id, mode, 'asn')
  const byCountry = makeRefusal(guard.id, mode, 'country')
  const unlisted = makeRefusal(guard.id, mode, 'unlisted')
  return function judgeClient({ address, asn, country }) {
    const verdict = set && address ? set.lookup(address) : 0
    if (verdict === DENY) return byAddress
    if (verdict === ALLOW) return undefined
    if (asn !== undefined) {
      if (asns.deny.has(asn)) return byAsn
      if (asns.allow.has(asn)) return undefined
    }
    if (country !== undefined) {
      if (countries.deny.has(country)) return byCountry
      if (countries.allow.has(country)) return undefined
    }
    return guard.allow_listed_only ? unlisted : undefined
  }
}

/**
 * Builds the stage. Every guard whose scope fits the request must have no objection; the first objection in
 * mode `enforce` ends the request, those in mode `log` on the way to it are collected. `prefixSet` is asked
 * once per guard, here; `mode` is that of the whole stage.
 */
export function createAccess(
  guards: readonly GuardModel[],
  prefixSet: (name: string) => PrefixSet,
  mode: Mode = 'enforce',
): AccessStage {
  const active: Guard[] = []
  for (const guard of guards) {
    const own = capMode(guard.mode, mode)
    if (own === 'off') continue
    const set = guard.prefixes === '' ? undefined : prefixSet(guard.prefixes)
    active.push({ matches: compileScope(guard.scope), judge: createJudge(guard, own, set) })
  }
  return function decideAccess({ host, path, method, client }) {
    let logged: Decision[] | undefined
    for (const guard of active) {
      if (!guard.matches(host, path, method)) continue
      const refusal = guard.judge(client)
      if (refusal === undefined) continue
      if (refusal.mode === 'enforce') return { terminal: refusal, logged: logged ?? NOTHING.logged }
      logged ??= []
      logged.push(refusal)
    }
    return logged === undefined ? NOTHING : { logged }
  }
}
