/**
 * The cookie of a client that has solved a challenge. Nothing is stored: the cookie says what was solved, until when
 * it is good and for whom, under a code of ours.
 * @module
 */
import type { RequestFacts } from '../../http/facts.ts'
import { clearanceCookieName } from '../../http/own-cookies.ts'
import { toBase64Url } from '../../signature/base64.ts'
import { type Binding, bindingOf, RELAY } from './binding.ts'
import type { KeyRing } from './challenge-keys.ts'
import { makeClearance } from './clearance-value.ts'
import { createClearanceFinder } from './find-clearance.ts'
import type { ClearanceTerms, Grant } from './grant.ts'
import { mergeClearance } from './merge-clearance.ts'
import type { ChallengeLevel } from './offer.ts'

export interface Clearance {
  readonly level: ChallengeLevel
  /** Tells it from others of the same client, and stays the same when it is renewed: 11 characters. */
  readonly id: string
}

export interface Clearances {
  /** The value of a Set-Cookie field. `now` is milliseconds since the epoch. */
  grant(facts: RequestFacts, grant: Grant, now: number): string
  /** What the client has solved that is good now, here and for it. */
  find(facts: RequestFacts, now: number): Clearance | undefined
  /** The value of a Set-Cookie field when the clearance has half of its life behind it and may live on. */
  renew(facts: RequestFacts, now: number): string | undefined
}

export function createClearances(terms: ClearanceTerms, ring: KeyRing): Clearances {
  const search = createClearanceFinder(terms.relays, ring)
  const bind = (facts: RequestFacts): Binding =>
    bindingOf(facts, terms.relays, ring.current(facts.host.name).hash)

  /** A page that is embedded in another site's has its own cookies there, if it has any. */
  function setCookie(facts: RequestFacts, value: string, life: number): string {
    const isSecure = facts.scheme === 'https'
    const site = isSecure && terms.sameSite === 'none' ? 'SameSite=None; Partitioned' : 'SameSite=Lax'
    const secure = isSecure ? '; Secure' : ''
    return `${clearanceCookieName(facts.scheme)}=${value}; Path=/; Max-Age=${life}; HttpOnly; ${site}${secure}`
  }

  return {
    grant(facts, given, now) {
      const keys = ring.current(facts.host.name)
      const { agent, network } = bind(facts)
      const issued = Math.floor(now / 1000)
      const before = search(facts, now)?.clearance
      const merged = mergeClearance(given, network, {
        issued,
        kid: keys.kid,
        terms,
        ...(before && { before }),
      })
      const { id, method } = given
      return setCookie(
        facts,
        makeClearance({ ...merged, issued, method, agent, id }, keys),
        merged.expires - issued,
      )
    },
    find(facts, now) {
      const found = search(facts, now)
      return found?.here && { level: found.here.level, id: toBase64Url(found.clearance.id) }
    },
    renew(facts, now) {
      const found = search(facts, now)
      if (found?.here === undefined || found.here.kind === RELAY) return undefined
      const { clearance, here } = found
      const issued = Math.floor(now / 1000)
      if (issued * 2 < clearance.issued + clearance.expires) return undefined
      const expires = Math.min(issued + terms.life[here.level], clearance.first + terms.maxLife)
      if (expires <= clearance.expires) return undefined
      const keys = ring.current(facts.host.name)
      const { agent, network } = bind(facts)
      // Hashes of other networks cannot be made anew with other keys.
      const others = clearance.keys.kid === keys.kid ? clearance.networks.filter((n) => n !== here) : []
      const networks = [{ ...network, level: here.level }, ...others]
      return setCookie(
        facts,
        makeClearance({ ...clearance, networks, agent, issued, expires }, keys),
        expires - issued,
      )
    },
  }
}
