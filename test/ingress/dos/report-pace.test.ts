import { describe, expect, test } from 'vitest'
import { createReportPace, type ReportPace } from '../../../src/ingress/dos/report-pace.ts'

const START = 1_800_000_000_000

interface Clock {
  now: number
}

/** So many requests a second, evenly; counts the reports that are sent whenever one is due. */
function run(pace: ReportPace, clock: Clock, seconds: number, rate: number): number {
  let reports = 0
  for (let n = 0; n < seconds * rate; n++) {
    clock.now += 1000 / rate
    pace.count(clock.now)
    if (!pace.due(clock.now, false)) continue
    pace.restart(clock.now)
    reports++
  }
  return reports
}

/** A pace that knows its traffic. */
function settle(rate: number): readonly [ReportPace, Clock] {
  const pace = createReportPace(START)
  pace.setMinRate(200)
  const clock = { now: START }
  run(pace, clock, 300, rate)
  return [pace, clock]
}

describe('in peace', () => {
  test.each([
    [1, 17],
    [5, 13],
    [10, 4],
    [50, 2.1],
    [500, 0.3],
  ])('at %i requests a second there are at most %f reports per 1,000 requests', (rate, most) => {
    const [pace, clock] = settle(rate)
    const reports = run(pace, clock, 600, rate)
    expect(reports).toBeGreaterThan(0)
    expect((1000 * reports) / (600 * rate)).toBeLessThanOrEqual(most)
  })

  test('one request in eight at most stands for the others, and at little traffic each for itself', () => {
    expect(settle(10)[0].weight).toBe(1)
    expect(settle(50)[0].weight).toBe(4)
    expect(settle(2000)[0].weight).toBe(8)
  })
})

describe('when something is going on', () => {
  test('a surge in this isolate is reported every two seconds, within two seconds', () => {
    const [pace, clock] = settle(20)
    expect(pace.isAlert).toBe(false)
    expect(run(pace, clock, 20, 400)).toBeGreaterThanOrEqual(9)
    expect(pace.isAlert).toBe(true)
  })

  test('requests are looked at one by one up to 1,000 a second, and never more than that', () => {
    const [pace, clock] = settle(20)
    run(pace, clock, 5, 900)
    expect(pace.weight).toBe(1)
    run(pace, clock, 5, 10_000)
    expect(pace.weight).toBe(10)
  })

  test('peace comes back ten seconds after the surge', () => {
    const [pace, clock] = settle(20)
    run(pace, clock, 10, 400)
    run(pace, clock, 12, 20)
    expect(pace.isAlert).toBe(false)
  })

  test('orders in force make it alert until they end', () => {
    const [pace, clock] = settle(50)
    pace.obey(clock.now + 30_000)
    expect(run(pace, clock, 30, 50)).toBeGreaterThanOrEqual(13)
    expect(run(pace, clock, 30, 50)).toBeLessThanOrEqual(4)
  })

  test('who waits to be banned is told of within a second', () => {
    const [pace, clock] = settle(1)
    pace.restart(clock.now)
    expect(pace.due(clock.now + 999, true)).toBe(false)
    expect(pace.due(clock.now + 1000, true)).toBe(true)
  })
})

test('a clock that steps back delays no report for longer than its own time', () => {
  const [pace, clock] = settle(50)
  clock.now -= 3_600_000
  expect(run(pace, clock, 30, 50)).toBeGreaterThanOrEqual(2)
})

test('an isolate that hardly anybody asks still reports every two minutes, to hear the orders', () => {
  const pace = createReportPace(START)
  pace.count(START)
  expect(pace.due(START + 119_999, false)).toBe(false)
  expect(pace.due(START + 120_000, false)).toBe(true)
})
