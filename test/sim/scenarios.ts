/**
 * What is simulated: the traffic, and the limit it meets.
 * @module
 */
import type { Accuracy, CountingScope } from '../../src/bundle/model.ts'
import type { Shape } from './traffic.ts'

export interface Scenario {
  readonly id: string
  readonly title: string
  readonly shape: Shape
  /** Requests that pass in a period, and its seconds. */
  readonly limit: number
  readonly period: number
  /** Seconds; 0 throttles. */
  readonly mitigation: number
  readonly accuracy: Accuracy
  readonly scope: CountingScope
  /** Seconds after which each shard loses its memory, again and again. */
  readonly lossEvery?: number
  /** What a shard has after a loss: nothing, or what it had last written. */
  readonly lossKeeps?: 'nothing' | 'written'
}

const VISITORS = { duration: 90, visitors: 50_000, rate: 1500, exponent: 0.8, roaming: false } as const

const NORMAL: Scenario = {
  id: 'S1',
  title: 'visitors only, L = 100/60 s',
  shape: VISITORS,
  limit: 100,
  period: 60,
  mitigation: 60,
  accuracy: 'balanced',
  scope: 'colo',
}

const ONE_SOURCE = { sources: 1, rate: 5000, from: 10, until: 10 } as const

export const SCENARIOS: readonly Scenario[] = [
  NORMAL,
  { ...NORMAL, id: 'S1-300', title: 'visitors only, L = 300/60 s', limit: 300 },
  {
    ...NORMAL,
    id: 'S2',
    title: 'and one address at 5,000 rps',
    shape: { ...VISITORS, attack: ONE_SOURCE },
  },
  {
    ...NORMAL,
    id: 'S3',
    title: 'and 5,000 bots at 5 rps each',
    shape: { ...VISITORS, attack: { sources: 5000, rate: 25_000, from: 10, until: 16 } },
  },
  {
    ...NORMAL,
    id: 'S4',
    title: 'one API key at 2,000 rps on all 160 isolates, L = 1,000/60 s',
    shape: {
      ...VISITORS,
      visitors: 0,
      rate: 0,
      roaming: true,
      attack: { sources: 1, rate: 2000, from: 0, until: 0 },
    },
    limit: 1000,
    scope: 'global',
  },
  {
    ...NORMAL,
    id: 'S5',
    title: 'and 10,000 rps, each from a new address',
    shape: { ...VISITORS, attack: { sources: 0, rate: 10_000, from: 10, until: 10 } },
  },
  { ...NORMAL, id: 'L10', title: 'visitors only, L = 10/60 s', limit: 10 },
  { ...NORMAL, id: 'L10-strict', title: 'visitors only, L = 10/60 s, strict', limit: 10, accuracy: 'strict' },
  { ...NORMAL, id: 'L20', title: 'visitors only, L = 20/60 s', limit: 20 },
  { ...NORMAL, id: 'L20-strict', title: 'visitors only, L = 20/60 s, strict', limit: 20, accuracy: 'strict' },
  { ...NORMAL, id: 'W10', title: 'visitors only, L = 100/10 s', period: 10, mitigation: 10 },
  {
    ...NORMAL,
    id: 'loss',
    title: 'one address at 5,000 rps, throttled; shards forget all every 20 s',
    shape: { ...VISITORS, attack: ONE_SOURCE },
    mitigation: 0,
    lossEvery: 20,
    lossKeeps: 'nothing',
  },
  {
    ...NORMAL,
    id: 'restart',
    title: 'the same, but shards keep what they had written',
    shape: { ...VISITORS, attack: ONE_SOURCE },
    mitigation: 0,
    lossEvery: 20,
    lossKeeps: 'written',
  },
  {
    ...NORMAL,
    id: 'throttle',
    title: 'the same without losses',
    shape: { ...VISITORS, attack: ONE_SOURCE },
    mitigation: 0,
  },
]

/** @throws Error that names the scenarios there are. */
export function findScenario(id: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.id === id)
  if (found) return found
  throw new Error(`There is no scenario "${id}". There are: ${SCENARIOS.map((one) => one.id).join(', ')}.`)
}
