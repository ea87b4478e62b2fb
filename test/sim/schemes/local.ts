/**
 * Counting without calls: in each isolate alone, or in each data centre with a lag.
 * @module
 */
import { decide } from '../run-log.ts'
import type { Scheme, World } from '../scheme.ts'
import { ISOLATES, ISOLATES_PER_POP, POPS } from '../traffic.ts'
import { createRefusalTimes } from './refusals.ts'
import { createSlidingCounts } from './sliding-counts.ts'

/** What a store in memory does: eight isolates, eight times the limit. */
export const ISOLATE_ONLY: Scheme = {
  id: 'B',
  title: 'isolate only',
  start({ traffic, queue, log, scenario }: World) {
    const counts = createSlidingCounts(scenario.period * 1000)
    const refused = createRefusalTimes()
    return {
      arrive(request) {
        const id = (traffic.clients[request] as number) * ISOLATES + (traffic.isolates[request] as number)
        const { now } = queue
        const passes = !refused.isRefused(id, now) && counts.add(id, 0, now) < scenario.limit
        if (passes) counts.add(id, 1, now)
        else if (!refused.isRefused(id, now)) refused.refuse(id, now + scenario.mitigation * 1000)
        decide(log, request, passes, now)
      },
    }
  },
}

/** Milliseconds between two exchanges of an isolate with its data centre. */
const LAG = 1000

/** What Workers' own binding is described as: counters of a data centre, brought up to date now and then. */
export const LAGGED: Scheme = {
  id: 'B2',
  title: 'per colo, 1 s lag',
  start({ traffic, queue, log, scenario }: World) {
    const shared = createSlidingCounts(scenario.period * 1000)
    /** Let through since the last exchange, by client and isolate. */
    const pending = new Map<number, number>()

    function exchange(): void {
      for (const [id, count] of pending) shared.add(nameShared(id), count, queue.now)
      pending.clear()
      queue.push(queue.now + LAG, exchange, 0, 0)
    }

    queue.push(LAG, exchange, 0, 0)
    return {
      arrive(request) {
        const id = (traffic.clients[request] as number) * ISOLATES + (traffic.isolates[request] as number)
        const own = pending.get(id) ?? 0
        const passes = shared.add(nameShared(id), 0, queue.now) + own < scenario.limit
        if (passes) pending.set(id, own + 1)
        decide(log, request, passes, queue.now)
      },
    }
  },
}

function nameShared(id: number): number {
  const client = Math.floor(id / ISOLATES)
  return client * POPS + Math.floor((id % ISOLATES) / ISOLATES_PER_POP)
}
