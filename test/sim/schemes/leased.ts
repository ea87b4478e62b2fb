/**
 * Sallyport's limiter: its own code in each isolate and in each shard, on the clock and network of the simulation.
 * @module
 */
import type { LimitResult } from '../../../src/ingress/limits/limit-check.ts'
import { createLimiter, type Limiter } from '../../../src/ingress/limits/limiter.ts'
import type { Tuning } from '../../../src/ingress/limits/tuning.ts'
import { decide } from '../run-log.ts'
import type { Scheme, Trial, World } from '../scheme.ts'
import { ISOLATES } from '../traffic.ts'
import { createCallbacks } from './callbacks.ts'
import { createFacts, createLimitModel, createVisitorTest } from './requests.ts'
import { createSimulatedShards, EPOCH } from './simulated-shards.ts'

/** Slots of an isolate's table: more than the clients it sees but for rotating keys, which must do no harm. */
const CAPACITY = 1 << 13
const SHARDS = 16
const SECRET: Uint8Array = new Uint8Array(16).fill(7)

/** @param tuning What is not as shipped. */
export function createLeased(id: string, title: string, tuning: Partial<Tuning> = {}): Scheme {
  return { id, title, start: (world) => startLeased(world, tuning) }
}

function startLeased(world: World, tuning: Partial<Tuning>): Trial {
  const { traffic, queue, log, scenario, uniform } = world
  const model = createLimitModel(scenario)
  const callbacks = createCallbacks(queue)
  const shardsOf = createSimulatedShards(world, callbacks, createVisitorTest(world, model, SECRET))
  const findFacts = createFacts(world)
  const context = { keepAlive: () => callbacks.stir() }
  const limiters = Array.from(
    { length: ISOLATES },
    (_, isolate): Limiter =>
      createLimiter([model], {
        shards: shardsOf(isolate),
        shardCount: SHARDS,
        secret: SECRET,
        timer: callbacks.after,
        isolate: Math.floor(uniform() * 2 ** 52),
        random: uniform,
        capacity: CAPACITY,
        tuning,
      }),
  )

  function conclude(request: number, result: LimitResult): void {
    decide(log, request, result.terminal === undefined, queue.now)
  }

  return {
    settle: callbacks.settle,
    finish() {
      const faults = limiters.reduce((sum, { stats }) => sum + stats.faults, 0)
      if (faults > 0) throw new Error(`the limiter broke down ${faults} times: it has a defect`)
    },
    arrive(request) {
      const limiter = limiters[traffic.isolates[request] as number] as Limiter
      const result = limiter.check(findFacts(request), EPOCH + queue.now, context)
      if (!(result instanceof Promise)) return conclude(request, result)
      callbacks.stir()
      void result.then((settled) => conclude(request, settled))
    },
  }
}
