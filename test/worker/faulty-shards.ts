/**
 * Shards of counters that misbehave: real settlements behind stubs that are slow, overloaded, broken or gone.
 * workerd cannot be made to do most of this, so the binding is played.
 */
import type { Exchange, Settlement } from '../../src/ingress/limits/exchange.ts'
import { type CounterShard, createSettlement } from '../../src/ingress/limits/settlement.ts'

/** What becomes of a call. `deliver` hands the message to the shard and gives what it answers. */
export type Fault = (deliver: () => Settlement) => Promise<Settlement>

export interface FaultyShards {
  /** What a `DurableObjectNamespace` of counters is used for. */
  readonly namespace: {
    getByName(name: string): { exchange(message: Exchange): Promise<Settlement> }
  }
  /** From now on. */
  fault: Fault
  /** Whether the binding itself throws when it is asked for an object. */
  isUnreachable: boolean
  /** Stubs made, and messages that reached a stub, in their order. */
  stubs: number
  readonly messages: Exchange[]
  /** The objects lose their memory, as when they are evicted; `saved` brings back what they had written. */
  evict(saved: boolean): void
}

/** As the counter object writes it behind. */
const WRITTEN = { minPeriod: 10, minRefusal: 2000, mostBytes: 512 * 1024 }

export function createFaultyShards(): FaultyShards {
  const shards = new Map<string, CounterShard>()
  const find = (name: string): CounterShard => {
    let shard = shards.get(name)
    if (shard === undefined) {
      shard = createSettlement()
      shards.set(name, shard)
    }
    return shard
  }
  const world: FaultyShards = {
    fault: healthy,
    isUnreachable: false,
    stubs: 0,
    messages: [],
    namespace: {
      getByName(name) {
        if (world.isUnreachable) throw new TypeError('the binding is gone')
        world.stubs++
        return {
          exchange(message) {
            world.messages.push(message)
            return world.fault(() => find(name).exchange(message, Date.now()))
          },
        }
      },
    },
    evict(saved) {
      for (const [name, shard] of shards) {
        const fresh = createSettlement()
        const now = Date.now()
        if (saved) fresh.restore(shard.snapshot(now, WRITTEN), now)
        shards.set(name, fresh)
      }
    },
  }
  return world
}

export const healthy: Fault = async (deliver) => deliver()

/** The shard takes the message at once; its answer comes late. */
export const slow =
  (ms: number): Fault =>
  async (deliver) => {
    const settlement = deliver()
    await new Promise((resolve) => setTimeout(resolve, ms))
    return settlement
  }

export const hanging: Fault = () => new Promise(() => {})

/** An error as the runtime marks it: https://developers.cloudflare.com/durable-objects/best-practices/error-handling/ */
const failure = (marks: { retryable?: boolean; overloaded?: boolean; remote?: boolean }): Error =>
  Object.assign(new Error('the object failed'), marks)

export const throwing: Fault = async () => {
  throw failure({ remote: true })
}
export const resetting: Fault = async () => {
  throw failure({ retryable: true })
}
export const overloaded: Fault = async () => {
  throw failure({ overloaded: true, retryable: true })
}
/** The message arrives, its answer does not. */
export const forgetful: Fault = async (deliver) => {
  deliver()
  throw failure({ retryable: true })
}
