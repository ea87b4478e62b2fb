/**
 * The counters of the limits as Durable Objects: one for each shard, found by its name.
 * @module
 */
import type { CounterShards, Exchange, Settlement } from '../ingress/limits/exchange.ts'
import type { Region } from '../ingress/limits/regions.ts'
import { hintOf } from '../ingress/limits/shard-name.ts'
import { isWorthRetrying } from './call-faults.ts'

/** The part of a `DurableObjectNamespace<CounterObject>` binding that is used. */
export interface CounterNamespace {
  getByName(
    name: string,
    options?: { locationHint?: Region },
  ): { exchange(message: Exchange): Promise<Settlement> }
}

/**
 * Exchanges with objects by their own clocks. A call is tried again once when the runtime says that may help: the
 * message is the same, so nothing is counted twice. Never when the object is overloaded: asking again is what keeps
 * it so. Errors arrive as the runtime made them, with their marks.
 */
export function durableShards(namespace: CounterNamespace): CounterShards {
  // A stub belongs to the request that made it, and one that has failed may stay broken: one per try.
  async function attempt(name: string, message: Exchange): Promise<Settlement> {
    const hint = hintOf(name)
    const stub = namespace.getByName(name, hint === undefined ? {} : { locationHint: hint })
    return stub.exchange(message)
  }

  return {
    async exchange(name, message) {
      try {
        return await attempt(name, message)
      } catch (error) {
        if (!isWorthRetrying(error)) throw error
        return attempt(name, message)
      }
    },
  }
}
