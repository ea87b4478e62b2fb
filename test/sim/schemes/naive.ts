/**
 * A call for each request, as the Workers limiters at hand do it: a shard that does not answer lets pass.
 * @module
 */
import { decide } from '../run-log.ts'
import type { Scheme, Trial, World } from '../scheme.ts'
import { ISOLATES } from '../traffic.ts'
import { createPeerShards, OVERLOADED } from './peer-shards.ts'
import { createRefusalTimes } from './refusals.ts'
import { createSlidingCounts } from './sliding-counts.ts'

/** @param remembers Isolates remember refusals, and answer them without a call. */
export function createNaive(id: string, title: string, remembers: boolean): Scheme {
  return { id, title, start: (world) => startNaive(world, remembers) }
}

function startNaive(world: World, remembers: boolean): Trial {
  const { traffic, queue, log, scenario } = world
  const counts = createSlidingCounts(scenario.period * 1000)
  const refused = createRefusalTimes()
  const known = createRefusalTimes()

  /** @returns 0 when the request passes, else the time until which its client is refused. */
  function handle(request: number, now: number): number {
    const client = traffic.clients[request] as number
    const until = now + scenario.mitigation * 1000
    if (refused.isRefused(client, now)) return until
    if (counts.add(client, 0, now) < scenario.limit) {
      counts.add(client, 1, now)
      return 0
    }
    refused.refuse(client, until)
    return until
  }

  const send = createPeerShards(world, handle, (request, answer) => {
    decide(log, request, answer === OVERLOADED || answer === 0, queue.now)
    if (remembers && answer > 0) known.refuse(nameOf(request), answer)
  })

  function nameOf(request: number): number {
    return (traffic.clients[request] as number) * ISOLATES + (traffic.isolates[request] as number)
  }

  return {
    arrive(request) {
      if (remembers && known.isRefused(nameOf(request), queue.now)) decide(log, request, false, queue.now)
      else send(request)
    },
  }
}
