/**
 * Looks for a clearance in a request: whether it has one of ours that is good now, and where.
 * @module
 */
import type { RequestFacts } from '../../http/facts.ts'
import { clearanceCookieName } from '../../http/own-cookies.ts'
import { bindingOf, isSameNetwork } from './binding.ts'
import type { KeyRing } from './challenge-keys.ts'
import { type Attested, type ReadClearance, readClearance } from './clearance-value.ts'
import { findCookies } from './find-cookies.ts'

/** A clearance of this program that is good now; without `here` it is good in other networks only. */
export interface FoundClearance {
  readonly clearance: ReadClearance
  readonly here?: Attested
}

/** @param now Milliseconds since the epoch. */
export type ClearanceFinder = (facts: RequestFacts, now: number) => FoundClearance | undefined

/** Seconds that our own clocks may be apart. */
const SKEW = 60

/** @param relays Autonomous systems of relays. */
export function createClearanceFinder(relays: ReadonlySet<number>, ring: KeyRing): ClearanceFinder {
  const seen = new WeakMap<
    RequestFacts,
    { readonly now: number; readonly found: FoundClearance | undefined }
  >()

  /** The best of those that the client has. Several stages ask about one request: hashed once. */
  function search(facts: RequestFacts, now: number): FoundClearance | undefined {
    const values = findCookies(facts.headers.get('cookie'), clearanceCookieName(facts.scheme))
    if (values.length === 0) return undefined
    const known = seen.get(facts)
    if (known?.now === now) return known.found
    let best: FoundClearance | undefined
    for (const value of values) {
      const found = check(facts, value, now / 1000)
      if (found && levelHere(found) >= levelHere(best)) best = found
    }
    seen.set(facts, { now, found: best })
    return best
  }

  function check(facts: RequestFacts, value: string, seconds: number): FoundClearance | undefined {
    const clearance = readClearance(value, ring, facts.host.name)
    if (clearance === undefined) return undefined
    if (seconds >= clearance.expires || seconds < clearance.issued - SKEW) return undefined
    const { agent, network } = bindingOf(facts, relays, clearance.keys.hash)
    if (agent !== clearance.agent) return undefined
    const here = clearance.networks.find((known) => isSameNetwork(known, network))
    return here ? { clearance, here } : { clearance }
  }

  return search
}

function levelHere(found: FoundClearance | undefined): number {
  return found?.here?.level ?? 0
}
