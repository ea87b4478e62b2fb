/**
 * Everything passes until told otherwise; a share of the requests is reported, each for many.
 * @module
 */
import { decide } from '../run-log.ts'
import type { Scheme, Trial, World } from '../scheme.ts'
import { ISOLATES } from '../traffic.ts'
import { createPeerShards } from './peer-shards.ts'
import { createRefusalTimes } from './refusals.ts'
import { createSlidingCounts } from './sliding-counts.ts'

/** Milliseconds that a client is refused for at least, so that throttling is told before it is over. */
const FLOOR = 1000

/** @param share Of the requests that is reported. */
export function createSampled(id: string, title: string, share: number): Scheme {
  return { id, title, start: (world) => startSampled(world, share) }
}

function startSampled(world: World, share: number): Trial {
  const { traffic, queue, log, scenario, uniform } = world
  const counts = createSlidingCounts(scenario.period * 1000)
  const known = createRefusalTimes()

  function handle(request: number, now: number): number {
    const count = counts.add(traffic.clients[request] as number, 1 / share, now)
    return count < scenario.limit ? 0 : now + Math.max(FLOOR, scenario.mitigation * 1000)
  }

  function nameOf(request: number): number {
    return (traffic.clients[request] as number) * ISOLATES + (traffic.isolates[request] as number)
  }

  const send = createPeerShards(world, handle, (request, answer) => {
    if (answer > 0) known.refuse(nameOf(request), answer)
  })

  return {
    arrive(request) {
      const passes = !known.isRefused(nameOf(request), queue.now)
      decide(log, request, passes, queue.now)
      if (passes && uniform() < share) send(request)
    },
  }
}
