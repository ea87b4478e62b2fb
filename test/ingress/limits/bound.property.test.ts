import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anySchedule } from '../../sim/any-schedule.ts'
import { playSchedule } from '../../sim/faulty-world.ts'

/** Schedules to try: many more in CI. */
const SCHEDULES = Number(process.env.SALLYPORT_SCHEDULES ?? 500)
const STEPS = 24
/** The same schedules each time, so that what has passed passes again; another seed tries others. */
const SEED = Number(process.env.SALLYPORT_SEED ?? 20_261_123)
/** Milliseconds that a schedule may take on a busy machine. */
const PATIENCE = 100

describe('the bound of a limit', () => {
  it(
    `holds in every window of ${SCHEDULES} random schedules with seed ${SEED}`,
    async () => {
      const property = fc.asyncProperty(anySchedule(STEPS), async (schedule) => {
        for (const sum of await playSchedule(schedule))
          expect(sum.admitted, JSON.stringify(sum)).toBeLessThanOrEqual(sum.bound)
      })
      await fc.assert(property, { numRuns: SCHEDULES, seed: SEED })
    },
    60_000 + SCHEDULES * PATIENCE,
  )
})
