import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Admission, Admitted } from '../../../src/shield/protection/admission.ts'
import { CONCURRENCY } from '../../../src/shield/protection/concurrency-limit.ts'
import { LONGEST_STAY } from '../../../src/shield/protection/inflight.ts'
import { FIRST_OPENING, MIN_VOLUME } from '../../../src/shield/protection/origin-circuit.ts'
import {
  createOriginProtection,
  type OriginProtection,
  type OriginStanding,
} from '../../../src/shield/protection/origin-protection.ts'
import { type Priority, placesFor } from '../../../src/shield/protection/priority.ts'

const START = 1_780_000_000_000
const ORIGIN = 'https://origin.example'
const PRIORITIES: readonly Priority[] = ['critical', 'normal', 'low', 'suspected']

const create = (capacity?: number): OriginProtection =>
  createOriginProtection({ random: () => 0.5, ...(capacity === undefined ? {} : { capacity }) })

function enter(admission: Admission): Admitted {
  if (!admission.admitted) throw new Error(`shed: ${admission.cause}`)
  return admission
}

function standing(protection: OriginProtection, now = START, origin = ORIGIN): OriginStanding {
  const found = protection.stats(now).origins.find((each) => each.origin === origin)
  if (found === undefined) throw new Error('unknown origin')
  return found
}

const fill = (protection: OriginProtection, priority: Priority, now = START): Admitted[] => {
  const admitted: Admitted[] = []
  for (;;) {
    const admission = protection.admit(ORIGIN, priority, now)
    if (!admission.admitted) return admitted
    admitted.push(admission)
  }
}

describe('origin protection', () => {
  test('sheds the least important first, and each at its own share of the limit', () => {
    const protection = create()
    const filled = [...PRIORITIES].reverse().map((priority) => fill(protection, priority).length)
    expect(filled).toEqual([4, 8, 4, 4])
    expect(standing(protection)).toMatchObject({ limit: 20, inflight: 20 })
    expect(protection.stats(START).shed).toEqual({ critical: 1, normal: 1, low: 1, suspected: 1 })
  })

  test('tells who is shed when to come back, not all at the same time', () => {
    let drawn = 0
    const protection = createOriginProtection({ random: () => drawn })
    fill(protection, 'critical')
    const seconds = [0, 0.3, 0.999].map((value) => {
      drawn = value
      const admission = protection.admit(ORIGIN, 'critical', START)
      return admission.admitted ? undefined : [admission.cause, admission.retryAfter]
    })
    expect(seconds).toEqual([
      ['full', 1],
      ['full', 2],
      ['full', 3],
    ])
  })

  test('counts each end once', () => {
    const protection = create()
    const admitted = enter(protection.admit(ORIGIN, 'normal', START))
    enter(protection.admit(ORIGIN, 'normal', START))
    admitted.fail('timeout', START)
    admitted.succeed(5, START)
    admitted.ignore()
    expect(standing(protection).inflight).toBe(1)
    expect(protection.stats(START).failures).toEqual({ timeout: 1, connect: 0, overload: 0, gateway: 0 })
  })

  test('gives a dead origin a rest, and finds out with one request whether it is back', () => {
    const protection = create()
    for (let n = 0; n < MIN_VOLUME; n++)
      enter(protection.admit(ORIGIN, 'normal', START)).fail('connect', START)
    expect(protection.admit(ORIGIN, 'critical', START)).toEqual({
      admitted: false,
      cause: 'down',
      retryAfter: FIRST_OPENING / 1000 + 2,
    })
    const later = START + FIRST_OPENING
    const probe = enter(protection.admit(ORIGIN, 'normal', later))
    expect(protection.admit(ORIGIN, 'critical', later)).toMatchObject({ admitted: false, cause: 'down' })
    probe.succeed(20, later + 20)
    enter(protection.admit(ORIGIN, 'critical', later + 20))
    expect(standing(protection, later + 20).circuit).toBe('closed')
    expect(protection.stats(later).down).toBe(2)
  })

  test('does not wait for a probe that found no place, or was ended by its client', () => {
    const protection = create()
    const failOne = (): void => enter(protection.admit(ORIGIN, 'critical', START)).fail('connect', START)
    for (let n = 0; n < MIN_VOLUME - 1; n++) failOne()
    const held = fill(protection, 'critical')
    held.pop()?.fail('connect', START)
    const later = START + FIRST_OPENING
    // What was sent before the circuit opened fills the places of all but the critical.
    expect(protection.admit(ORIGIN, 'normal', later)).toMatchObject({ admitted: false, cause: 'full' })
    for (const each of held) each.ignore()
    enter(protection.admit(ORIGIN, 'normal', later)).ignore()
    enter(protection.admit(ORIGIN, 'normal', later)).succeed(10, later)
    expect(standing(protection, later).circuit).toBe('closed')
  })

  test('slows down for an origin that turns requests away, and never leaves it alone', () => {
    const protection = create()
    for (let n = 0; n < 2000; n++) {
      const now = START + n * 10
      const admission = protection.admit(ORIGIN, 'critical', now)
      if (admission.admitted) admission.fail('overload', now)
    }
    expect(standing(protection, START + 20_000)).toMatchObject({ limit: CONCURRENCY.min, circuit: 'closed' })
  })

  test('adopts the number that the origin tells', () => {
    const protection = create()
    for (let n = 0; n < 500; n++) {
      const now = START + n * 20
      enter(protection.admit(ORIGIN, 'normal', now)).succeed(10, now, { inflight: 1, limit: 100 })
    }
    expect(standing(protection).limit).toBeGreaterThan(95)
  })

  test('takes back the places of requests that were never heard of again', () => {
    const protection = create()
    const lost = fill(protection, 'critical')
    const later = START + LONGEST_STAY + 1000
    expect(fill(protection, 'critical', later)).toHaveLength(lost.length)
    for (const each of lost) each.ignore()
    expect(standing(protection, later).inflight).toBe(lost.length)
  })

  test('knows a bounded number of origins; the idle one that was not asked for longest gives way', () => {
    const protection = create(3)
    const busy = enter(protection.admit('busy', 'normal', START))
    for (let n = 0; n < 1000; n++) enter(protection.admit(`origin-${n}`, 'normal', START + n)).ignore()
    const known = protection.stats(START).origins.map(({ origin }) => origin)
    expect(known.sort()).toEqual(['busy', 'origin-998', 'origin-999'])
    busy.ignore()
    expect(standing(protection, START, 'busy').inflight).toBe(0)
  })

  test('keeps origins apart', () => {
    const protection = create()
    fill(protection, 'critical')
    expect(protection.admit('https://other.example', 'suspected', START).admitted).toBe(true)
  })

  test('grants retries from a budget', () => {
    const protection = create()
    const granted = Array.from({ length: 5 }, () => protection.mayRetry(ORIGIN, START))
    expect(granted).toEqual([true, false, false, false, false])
    expect(protection.stats(START)).toMatchObject({ retries: 1, retriesRefused: 4 })
  })

  test('never has more in flight than the limit was when the last one came, whatever happens', () => {
    const kind = fc.constantFrom('timeout', 'connect', 'overload', 'gateway')
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ enter: fc.constantFrom(...PRIORITIES) }) },
      fc.record({ succeed: fc.nat(400), index: fc.nat(300) }),
      fc.record({ fail: kind, index: fc.nat(300) }),
      fc.record({ ignore: fc.nat(300) }),
      fc.record({ wait: fc.nat(3000) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 500 }), (steps) => {
        const protection = create()
        const open: Admitted[] = []
        let now = START
        const take = (index: number): Admitted | undefined =>
          open.splice(index % Math.max(1, open.length), 1)[0]
        for (const each of steps) {
          if ('enter' in each) {
            const admission = protection.admit(ORIGIN, each.enter, now)
            const { inflight, limit } = standing(protection, now)
            if (!admission.admitted) continue
            open.push(admission)
            expect(inflight).toBeLessThanOrEqual(placesFor(each.enter, limit))
          } else if ('succeed' in each) take(each.index)?.succeed(each.succeed, now)
          else if ('fail' in each) take(each.index)?.fail(each.fail as 'timeout', now)
          else if ('ignore' in each) take(each.ignore)?.ignore()
          else now += each.wait
          if (protection.stats(now).origins.length > 0 && now - START < LONGEST_STAY)
            expect(standing(protection, now).inflight).toBe(open.length)
        }
      }),
    )
  })
})
