import { describe, expect, test } from 'vitest'
import { openBundle } from '../../src/bundle/bundle.ts'
import type { PolicyModel, Settings } from '../../src/bundle/model.ts'
import { capLimits } from '../../src/pipeline/cap-limits.ts'
import { compile, siteRoute } from '../worker/open-edge.ts'

const LIMITS = `limits:
  - { id: bots-of-mine, characteristics: [ip.src], period: 1m, requests_per_period: 3, announce: true, mode: enforce }
`
const RATES = 'crawlers: { classes: { monitoring: { action: rate, rate: { requests: 5, period: 1m } } } }\n'

async function compileModel(mode: string): Promise<PolicyModel> {
  const files = {
    'routes/a.yaml': siteRoute('http://o.example'),
    'limits.yaml': LIMITS,
    'bots.yaml': `mode: ${mode}\n${RATES}`,
  }
  return openBundle(Uint8Array.from(await compile(files)).buffer).model
}

/** Mode of an operator's limit and of a crawler's rate, and whether clients are told of them. */
function seen(model: PolicyModel, stages: Partial<Settings['stages']> = {}): readonly unknown[] {
  const settings = { ...model.settings, stages: { ...model.settings.stages, ...stages } }
  const limits = capLimits({ ...model, settings })
  return ['bots-of-mine', 'bots-monitoring', 'bots-monitoring-verified'].map((name) => {
    const limit = limits.find(({ id }) => id === name)
    return [limit?.mode, limit?.announce].join(' ')
  })
}

describe('limits', () => {
  test('that are rates of crawlers say nothing while nobody is to notice', async () => {
    expect(seen(await compileModel('log'))).toEqual(['enforce true', 'log false', 'log false'])
    expect(seen(await compileModel('enforce'))).toEqual(['enforce true', 'enforce true', 'enforce true'])
  })

  test('that are rates of crawlers end with the stage of bots, as when it is killed', async () => {
    const model = await compileModel('enforce')
    expect(seen(model, { bots: 'off' })).toEqual(['enforce true', 'off false', 'off false'])
    expect(seen(model, { bots: 'log' })).toEqual(['enforce true', 'log false', 'log false'])
  })

  test('are all no stronger than their own stage', async () => {
    expect(seen(await compileModel('enforce'), { limits: 'log' })).toEqual([
      'log true',
      'log false',
      'log false',
    ])
  })
})
