/**
 * What a new clearance is good for, given the one that the client had.
 *
 * Browsers use IPv4 and IPv6 by turns (Happy Eyeballs, RFC 8305): a clearance is good in two networks, best of
 * different kinds, so that a client with both solves once for each at most, and then has peace. Each keeps its own
 * level. What one solution can give away stays small: two networks, and no longer than the older of both may live.
 * @module
 */
import { isSameNetwork, type Network, RELAY } from './binding.ts'
import type { Attested, ReadClearance } from './clearance-value.ts'
import type { ClearanceTerms, Grant } from './grant.ts'
import type { ChallengeLevel } from './offer.ts'

export interface MergedClearance {
  readonly networks: readonly Attested[]
  /** Seconds since the epoch. */
  readonly first: number
  readonly expires: number
}

export interface MergeContext {
  /** Seconds since the epoch. */
  readonly issued: number
  /** Of the keys that the network is hashed with. */
  readonly kid: number
  readonly terms: Pick<ClearanceTerms, 'life' | 'maxLife'>
  /** A clearance of the same program, good now. */
  readonly before?: ReadClearance
}

/** Seconds of a clearance that was given without knowing whether its solution was new. */
const BRIEF_LIFE = 300
/** Seconds of one that is good in all relays: whoever steals it can use it there. Neither of both is renewed. */
const RELAY_LIFE = 3600

/** @param network The one that the solution came from. */
export function mergeClearance(given: Grant, network: Network, context: MergeContext): MergedClearance {
  const { issued, terms } = context
  const short = given.isBrief ? BRIEF_LIFE : network.kind === RELAY ? RELAY_LIFE : undefined
  const life = Math.min(short ?? Number.POSITIVE_INFINITY, terms.life[given.level], terms.maxLife)
  const expires = issued + life
  // What is not renewed has had the rest of its life already.
  const first = short === undefined ? issued : expires - terms.maxLife
  const before = usable(expires, context)
  const same = before?.networks.find((known) => isSameNetwork(known, network))
  const here: Attested = { ...network, level: highest(given.level, same?.level) }
  const asked = given.asked.kid === context.kid ? [{ ...given.asked.network, level: given.level }] : []
  const others = [...asked, ...(before?.networks ?? [])].filter(
    (known) => known.kind !== RELAY && !isSameNetwork(known, network),
  )
  // A client that has but one family keeps the network that it came from: at home and on the way, by turns.
  const other = others.find(({ kind }) => kind !== network.kind) ?? others[0]
  return {
    networks: other ? [here, other] : [here],
    first: before ? Math.min(first, before.first) : first,
    expires,
  }
}

/** One with other keys has hashes that compare with none of ours; one near its end would take the new one along. */
function usable(expires: number, { before, kid, terms }: MergeContext): ReadClearance | undefined {
  return before && before.keys.kid === kid && before.first + terms.maxLife >= expires ? before : undefined
}

function highest(level: ChallengeLevel, other: ChallengeLevel = 1): ChallengeLevel {
  return other > level ? other : level
}
