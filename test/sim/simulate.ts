/**
 * Runs a scheme through the traffic of a scenario on a clock of its own.
 * @module
 */
import { createUniform } from './chance.ts'
import { createEventQueue } from './event-queue.ts'
import { NETWORK } from './network.ts'
import { createRunLog, type RunLog } from './run-log.ts'
import type { Scenario } from './scenarios.ts'
import type { Scheme } from './scheme.ts'
import type { Traffic } from './traffic.ts'

/** Milliseconds after the last request in which answers may still come. */
const EPILOGUE = 5000

/** The seed of the traffic must not lead to the same numbers in the network. */
const OTHER_SEED = 0x5a11_7000

export async function simulate(
  scenario: Scenario,
  traffic: Traffic,
  scheme: Scheme,
  seed: number,
): Promise<RunLog> {
  const queue = createEventQueue()
  const log = createRunLog(traffic)
  const uniform = createUniform(seed ^ OTHER_SEED)
  const trial = scheme.start({ scenario, traffic, queue, log, uniform, network: NETWORK })

  async function pass(until: number): Promise<void> {
    while (queue.next <= until) {
      queue.step()
      const settled = trial.settle?.()
      if (settled) await settled
    }
    queue.advance(until)
  }

  for (let request = 0; request < traffic.count; request++) {
    const at = traffic.times[request] as number
    if (queue.next <= at) await pass(at)
    else queue.advance(at)
    trial.arrive(request)
    const settled = trial.settle?.()
    if (settled) await settled
  }
  await pass(traffic.duration + EPILOGUE)
  trial.finish?.()
  return log
}
