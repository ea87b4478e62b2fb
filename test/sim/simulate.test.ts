import { describe, expect, it } from 'vitest'
import { type Figures, measure } from './measure.ts'
import { findScenario, type Scenario } from './scenarios.ts'
import { findScheme } from './schemes/list.ts'
import { simulate } from './simulate.ts'
import { createTraffic } from './traffic.ts'

/** A flood of one address beside a few visitors, short enough for a test. */
const FLOOD: Scenario = {
  ...findScenario('S2'),
  shape: {
    duration: 20,
    visitors: 500,
    rate: 100,
    exponent: 0.8,
    roaming: false,
    attack: { sources: 1, rate: 1000, from: 5, until: 5 },
  },
}

async function run(scheme: string, scenario: Scenario, seed = 1): Promise<Figures> {
  const traffic = createTraffic(scenario.shape, seed)
  const { limit, period, mitigation } = scenario
  const log = await simulate(scenario, traffic, findScheme(scheme), seed)
  return measure(traffic, log, { limit, period: period * 1000, mitigation: mitigation * 1000 })
}

describe('the simulator', () => {
  it('gives the same figures for the same seed, and others for another', async () => {
    const first = await run('ours', FLOOD)
    expect(await run('ours', FLOOD)).toEqual(first)
    expect((await run('ours', FLOOD, 2)).requests).not.toBe(first.requests)
  })

  it('decides every request', async () => {
    for (const scheme of ['A', 'B', 'ours']) expect((await run(scheme, FLOOD)).undecided).toBe(0)
  })

  it('shows what a call per request comes to in a flood, and what leases do', async () => {
    const naive = await run('A', FLOOD)
    expect(naive.calls).toBe(1000)
    expect(naive.waits).toBe(100)
    const ours = await run('ours', FLOOD)
    expect(ours.calls).toBeLessThan(naive.calls / 10)
    expect(ours.peak).toBeLessThan(2)
    expect(ours.overloads).toBe(0)
  })

  it('shows that isolates which do not talk let each its own limit pass', async () => {
    const { calls, peak } = await run('B', FLOOD)
    expect(calls).toBe(0)
    expect(peak).toBe(8)
  })

  it('asks nothing about keys that never come again', async () => {
    const attack = { sources: 0, rate: 1000, from: 5, until: 5 }
    const { attackReports } = await run('ours', { ...FLOOD, shape: { ...FLOOD.shape, attack } })
    expect(attackReports).toBe(0)
  })
})
