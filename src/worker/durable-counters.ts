/**
 * Calls counter objects by shard number: the binding behind `shardedCounters`.
 * @module
 */
import type { Count, Hit } from '../ingress/limits/counters.ts'

/** The marks that the runtime puts on errors of calls to Durable Objects. */
interface CallFault {
  readonly retryable?: boolean
  readonly overloaded?: boolean
}

/** The part of a `DurableObjectNamespace<CounterObject>` binding that is used. */
export interface CounterNamespace {
  getByName(name: string): { hit(hits: readonly Hit[]): Promise<readonly Count[]> }
}

/**
 * The call to one shard. It is tried again once when the runtime says that may help, never when the
 * object is overloaded: asking again is what keeps it so. A request whose first try was counted but not
 * answered is counted twice then, which errs on the strict side by one.
 */
export function callCounterObjects(
  namespace: CounterNamespace,
): (shard: number, hits: readonly Hit[]) => Promise<readonly Count[]> {
  // A stub belongs to the request that made it, and one that has failed may stay broken: one per try.
  const attempt = async (shard: number, hits: readonly Hit[]): Promise<readonly Count[]> =>
    namespace.getByName(`limits:v1:${shard}`).hit(hits)
  return async function callShard(shard, hits) {
    try {
      return await attempt(shard, hits)
    } catch (error) {
      if (!isWorthRetrying(error)) throw error
      return attempt(shard, hits)
    }
  }
}

function isWorthRetrying(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const { retryable, overloaded } = error as CallFault
  return retryable === true && overloaded !== true
}
