/**
 * Where redeemed challenges are remembered: 16 Durable Objects for the whole deployment, each for the challenges whose
 * id begins with its bits.
 *
 * By the id and not by the place, so that a solution that is sent to two data centres at once meets itself. One object
 * takes about a thousand calls a second, so 16 take as many solutions as anybody computes; a client waits for one
 * round trip to wherever its object is, once for each clearance.
 * @module
 */

import type { Spend } from '../ingress/challenge/spend.ts'
import { awaitWithin, type Timer } from '../ingress/limits/deadline.ts'
import { fromBase64 } from '../signature/base64.ts'
import { isWorthRetrying } from './call-faults.ts'

/** The part of a `DurableObjectNamespace<ChallengeObject>` binding that is used. */
export interface ChallengeNamespace {
  getByName(name: string): { spend(id: string, claim: string, expires: number): Promise<boolean> }
}

export interface ChallengeShardPorts {
  readonly timer: Timer
  /** A new random text of 22 base64url characters at each call. */
  readonly draw: () => string
}

const SHARDS = 16
/** Milliseconds that an answer is waited for, tries included. */
const PATIENCE = 1000

/** Challenges that were asked about, in this isolate; the oldest goes first. */
const MAX_KNOWN = 4096

/**
 * A challenge is asked about once: else one solution, sent all the time, would keep an object from all others.
 *
 * A call is tried again once when the runtime says that may help: with the same claim, so that a first try which did
 * arrive is not taken for somebody else's. @param namespace Absent: nobody remembers, every answer is `unknown`.
 */
export function durableSpend(
  namespace: ChallengeNamespace | undefined,
  { timer, draw }: ChallengeShardPorts,
): Spend {
  const known = new Set<string>()
  return async (id, expires) => {
    if (known.has(id)) return 'again'
    const [oldest] = known
    if (known.size >= MAX_KNOWN && oldest !== undefined) known.delete(oldest)
    known.add(id)
    if (namespace === undefined) return 'unknown'
    const name = `challenges-${(fromBase64(id)[0] ?? 0) % SHARDS}`
    const claim = draw()
    // A stub belongs to the request that made it, and one that has failed may stay broken: one per try.
    const attempt = async (): Promise<boolean> => namespace.getByName(name).spend(id, claim, expires)
    const asked = attempt().catch((error: unknown) => {
      if (!isWorthRetrying(error)) throw error
      return attempt()
    })
    const answer = await awaitWithin(asked, PATIENCE, timer, () => {})
    if (answer === 'timeout' || answer === 'error') return 'unknown'
    return answer ? 'first' : 'again'
  }
}
