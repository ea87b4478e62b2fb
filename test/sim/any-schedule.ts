/**
 * Random schedules for property tests.
 * @module
 */
import fc from 'fast-check'
import type { Act, Schedule, Step, Weather } from './schedule.ts'

const CALM: Weather = {
  fastest: 1,
  slowest: 20,
  lost: 0,
  answerLost: 0,
  told: 1,
  twice: 0,
  overloaded: 0,
}

function anyWeather(): fc.Arbitrary<Weather> {
  const share = fc.constantFrom(0, 0.05, 0.3)
  const stormy = fc.record({
    fastest: fc.constantFrom(0, 2, 40),
    slowest: fc.constantFrom(50, 400, 3000, 20_000),
    lost: share,
    answerLost: share,
    told: fc.constantFrom(0, 0.5, 1),
    twice: share,
    overloaded: fc.constantFrom(0, 0, 0.2),
  })
  return fc.oneof({ arbitrary: fc.constant(CALM), weight: 1 }, { arbitrary: stormy, weight: 3 })
}

function anyIsolate(isolates: number): fc.Arbitrary<number> {
  return fc.nat({ max: isolates - 1 })
}

/** Steps of a clock: unnoticed, noticed, of some windows, of a day; back and forth. */
function anyClockStep(): fc.Arbitrary<number> {
  const size = fc.oneof(
    fc.integer({ min: 1, max: 200 }),
    fc.integer({ min: 200, max: 30_000 }),
    fc.integer({ min: 30_000, max: 200_000 }),
    fc.constant(86_400_000),
  )
  return fc.tuple(size, fc.constantFrom(-1, 1)).map(([by, sign]) => by * sign)
}

function anyRequests(isolate: fc.Arbitrary<number>, min: number, max: number): fc.Arbitrary<Act> {
  return fc.record({ kind: fc.constant('requests' as const), isolate, count: fc.integer({ min, max }) })
}

function anyFault(isolates: number): fc.Arbitrary<Act> {
  return fc.oneof(
    fc.record({ kind: fc.constant('isolate restarts' as const), isolate: anyIsolate(isolates) }),
    fc.record({
      kind: fc.constant('isolate clock' as const),
      isolate: anyIsolate(isolates),
      by: anyClockStep(),
    }),
    fc.record({ kind: fc.constant('shard clock' as const), by: anyClockStep() }),
    fc.record({
      kind: fc.constant('shard restarts' as const),
      keeps: fc.constantFrom('all' as const, 'written' as const, 'nothing' as const),
    }),
  )
}

function anyAct(isolates: number): fc.Arbitrary<Act> {
  const isolate = fc.oneof(fc.constant(-1), anyIsolate(isolates))
  const requests = fc.oneof(anyRequests(isolate, 1, 5), anyRequests(isolate, 5, 40))
  return fc.oneof({ arbitrary: requests, weight: 8 }, { arbitrary: anyFault(isolates), weight: 1 })
}

function anyStep(isolates: number): fc.Arbitrary<Step> {
  const wait = fc.oneof(
    { arbitrary: fc.integer({ min: 0, max: 60 }), weight: 6 },
    { arbitrary: fc.integer({ min: 60, max: 2000 }), weight: 3 },
    { arbitrary: fc.integer({ min: 2000, max: 70_000 }), weight: 1 },
  )
  return fc.record({ wait, act: anyAct(isolates) })
}

/** @param mostSteps Of one schedule. */
export function anySchedule(mostSteps: number): fc.Arbitrary<Schedule> {
  return fc.oneof(
    { arbitrary: anyBusySchedule(mostSteps), weight: 3 },
    { arbitrary: anyPatientSchedule(mostSteps), weight: 1 },
  )
}

function anyBusySchedule(mostSteps: number): fc.Arbitrary<Schedule> {
  return fc
    .record({
      limit: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 30, max: 400 })),
      period: fc.constantFrom(1, 10, 60, 600),
      mitigation: fc.constantFrom(0, 0, 1, 60),
      accuracy: fc.constantFrom(
        'strict' as const,
        'balanced' as const,
        'balanced' as const,
        'relaxed' as const,
      ),
      onError: fc.constantFrom('closed' as const, 'closed' as const, 'local' as const, 'open' as const),
      isolates: fc.integer({ min: 1, max: 10 }),
      // With none of either, the bound leaves next to nothing to spare.
      theta: fc.constantFrom(0, 0.5, 0.8),
      grace: fc.constantFrom(0, 0, 1, 2),
      seed: fc.nat(),
      weather: anyWeather(),
    })
    .chain((fixed) => withSteps(fixed, anyStep(fixed.isolates), mostSteps))
}

/** One in which leases are left lying while the others use the limit up, clocks are set, and memories lost. */
function anyPatientSchedule(mostSteps: number): fc.Arbitrary<Schedule> {
  return fc
    .record({
      limit: fc.integer({ min: 20, max: 60 }),
      period: fc.constant(600),
      mitigation: fc.constant(0),
      accuracy: fc.constant('balanced' as const),
      onError: fc.constant('closed' as const),
      isolates: fc.integer({ min: 2, max: 4 }),
      theta: fc.constant(0),
      grace: fc.constant(0),
      seed: fc.nat(),
      weather: fc.constant(CALM),
    })
    .chain((fixed) => {
      const isolate = anyIsolate(fixed.isolates)
      const wait = fc.oneof(
        { arbitrary: fc.integer({ min: 0, max: 60 }), weight: 3 },
        { arbitrary: fc.integer({ min: 2000, max: 15_000 }), weight: 1 },
        { arbitrary: fc.integer({ min: 50_000, max: 120_000 }), weight: 1 },
      )
      const act = fc.oneof(
        { arbitrary: anyRequests(isolate, 1, 4), weight: 4 },
        { arbitrary: anyRequests(isolate, 20, 60), weight: 2 },
        { arbitrary: anyFault(fixed.isolates), weight: 2 },
      )
      return withSteps(fixed, fc.record({ wait, act }), mostSteps)
    })
}

function withSteps(
  fixed: Omit<Schedule, 'steps'>,
  step: fc.Arbitrary<Step>,
  mostSteps: number,
): fc.Arbitrary<Schedule> {
  return fc.array(step, { minLength: 1, maxLength: mostSteps }).map((steps) => ({ ...fixed, steps }))
}

/** Schedules of a flood on all isolates of one limit, in weather that is never calm; nothing forgets anything. */
export function anyStorm(fixed: StormTerms): fc.Arbitrary<Schedule> {
  const { limit, period, isolates, mode, theta, grace } = fixed
  const step = fc.record({
    wait: fc.integer({ min: 0, max: 100 }),
    act: fc.record({
      kind: fc.constant('requests' as const),
      isolate: fc.oneof(fc.constant(-1), anyIsolate(isolates)),
      count: fc.integer({ min: 1, max: Math.ceil(limit / 4) }),
    }),
  })
  return fc.record({
    limit: fc.constant(limit),
    period: fc.constant(period),
    mitigation: fc.constant(0),
    accuracy: fc.constant(mode),
    onError: fc.constant('closed' as const),
    isolates: fc.constant(isolates),
    theta: fc.constant(theta),
    grace: fc.constant(grace),
    seed: fc.nat(),
    weather: anyWeather(),
    steps: fc.array(step, { minLength: 5, maxLength: 40 }),
  })
}

interface StormTerms {
  readonly limit: number
  readonly period: number
  readonly isolates: number
  readonly theta: number
  readonly grace: number
  readonly mode: Schedule['accuracy']
}
