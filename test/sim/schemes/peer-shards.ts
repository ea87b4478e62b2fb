/**
 * Shards of the compared schemes: a call for one request goes there, waits its turn, and an answer comes back.
 * @module
 */
import { createShardQueue, createWay, type ShardQueue } from '../network.ts'
import type { World } from '../scheme.ts'
import { ISOLATES_PER_POP } from '../traffic.ts'

/** As an answer: the shard did not take the call. */
export const OVERLOADED = -1

/** Shards that share the keys of a global limit. */
const GLOBAL_SHARDS = 16

/** @returns What the answer to a call says. */
export type Handle = (request: number, now: number) => number
export type Receive = (request: number, answer: number) => void

/** @returns Sends a request's call; `receive` gets its answer, or OVERLOADED, once it has come back. */
export function createPeerShards(world: World, handle: Handle, receive: Receive): (request: number) => void {
  const { queue, log, network, traffic, uniform, scenario } = world
  const isGlobal = scenario.scope === 'global'
  const way = createWay(network, isGlobal ? 'global' : 'colo', uniform)
  const shards = new Map<number, ShardQueue>()

  function findShard(request: number): ShardQueue {
    const client = traffic.clients[request] as number
    const isolate = traffic.isolates[request] as number
    const name = isGlobal ? client % GLOBAL_SHARDS : Math.floor(isolate / ISOLATES_PER_POP)
    const found = shards.get(name) ?? createShardQueue(network)
    shards.set(name, found)
    return found
  }

  function arriveAtShard(request: number): void {
    const back = way(traffic.isolates[request] as number)
    const done = findShard(request).enter(queue.now, 1)
    if (done >= 0) {
      queue.push(done + back, receive, request, handle(request, done))
      return
    }
    log.overloads++
    queue.push(queue.now + back, receive, request, OVERLOADED)
  }

  return function send(request) {
    log.calls++
    log.reports++
    if ((traffic.clients[request] as number) >= traffic.visitors) log.attackReports++
    queue.push(queue.now + way(traffic.isolates[request] as number), arriveAtShard, request, 0)
  }
}
