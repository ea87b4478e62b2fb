/**
 * Counter shards of the real limiter behind the simulated network: `CounterShards` for each isolate.
 * @module
 */
import type { CounterShards, Exchange, Settlement } from '../../../src/ingress/limits/exchange.ts'
import { type CounterShard, createSettlement } from '../../../src/ingress/limits/settlement.ts'
import { createShardQueue, createWay, type ShardQueue } from '../network.ts'
import type { World } from '../scheme.ts'
import type { Callbacks } from './callbacks.ts'

/** Milliseconds since the epoch at which runs begin, so that clocks have the size they have in life. */
export const EPOCH = 1_800_000_000_000

/** When and what a shard writes, as in `src/worker/counter-object.ts`: milliseconds between two writes. */
const WRITE_EVERY = 2000
const SCOPE = { minPeriod: 10, minRefusal: WRITE_EVERY, mostBytes: 512 * 1024 }

interface Shard {
  readonly name: string
  readonly queue: ShardQueue
  state: CounterShard
  written: Uint8Array | undefined
  writtenAt: number
  writeIsDue: boolean
}

/**
 * @param isVisitor Whether a report's key belongs to a visitor, and to no source of the attack.
 * @returns The shards as an isolate sees them.
 */
export function createSimulatedShards(
  world: World,
  callbacks: Callbacks,
  isVisitor: (hi: number, lo: number) => boolean,
): (isolate: number) => CounterShards {
  const { queue, log, network, scenario, uniform } = world
  const way = createWay(network, scenario.scope === 'colo' ? 'colo' : 'global', uniform)
  const shards = new Map<string, Shard>()
  const { lossEvery } = scenario

  function findShard(name: string): Shard {
    let shard = shards.get(name)
    if (shard === undefined) {
      shard = {
        name,
        queue: createShardQueue(network),
        state: createSettlement(),
        written: undefined,
        writtenAt: Number.NEGATIVE_INFINITY,
        writeIsDue: false,
      }
      shards.set(name, shard)
      if (lossEvery !== undefined) plan(lossEvery * 1000, shard, lose)
    }
    return shard
  }

  /** At the next multiple of `every` milliseconds. */
  function plan(every: number, shard: Shard, act: (shard: Shard) => void): void {
    callbacks.after(every - (queue.now % every), () => act(shard))
  }

  function lose(shard: Shard): void {
    shard.state = createSettlement()
    if (scenario.lossKeeps === 'written' && shard.written)
      shard.state.restore(shard.written, EPOCH + queue.now)
    if (lossEvery !== undefined) plan(lossEvery * 1000, shard, lose)
  }

  /** As the Durable Object does: at once when the last write was long ago, else a timer sees to it. */
  function write(shard: Shard): void {
    if (scenario.period <= SCOPE.minPeriod || shard.writeIsDue) return
    const wait = shard.writtenAt + WRITE_EVERY - queue.now
    if (wait <= 0) {
      writeNow(shard)
      return
    }
    shard.writeIsDue = true
    log.awake += wait
    callbacks.after(wait, () => {
      shard.writeIsDue = false
      writeNow(shard)
    })
  }

  function writeNow(shard: Shard): void {
    log.rows++
    shard.writtenAt = queue.now
    if (scenario.lossKeeps === 'written') shard.written = shard.state.snapshot(EPOCH + queue.now, SCOPE)
  }

  function attribute({ reports }: Exchange): void {
    log.calls++
    log.reports += reports.length
    for (const { hi, lo } of reports) if (!isVisitor(hi, lo)) log.attackReports++
  }

  return (isolate) => ({
    exchange(name, message) {
      attribute(message)
      // What is under way does not change with what the sender does next.
      const copy = structuredClone(message)
      const shard = findShard(name)
      return new Promise<Settlement>((resolve, reject) => {
        callbacks.after(way(isolate), () => {
          const back = way(isolate)
          const done = shard.queue.enter(queue.now, copy.reports.length)
          if (done < 0) {
            log.overloads++
            const error = Object.assign(new Error('Requests queued for too long'), { overloaded: true })
            callbacks.after(back, () => reject(error))
            return
          }
          // While it waits for its timer it is awake anyway.
          if (!shard.writeIsDue) log.awake += network.service
          const settlement = shard.state.exchange(copy, EPOCH + done)
          write(shard)
          callbacks.after(done - queue.now + back, () => resolve(settlement))
        })
      })
    },
  })
}
