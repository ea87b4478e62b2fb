import { expect, test } from 'vitest'
import type { Decision } from '../../src/http/decision.ts'
import { createBotCounts } from '../../src/worker/bot-counts.ts'
import { BOT, REFUSAL } from './decided.ts'

const SCORED: Decision = { ...REFUSAL, stage: 'bots', rule: 'bots.score', mode: 'log' }

test('clients are counted by band, verdict and class, and decisions of the stage by rule and mode', () => {
  const counts = createBotCounts()
  counts.see(BOT, { ...SCORED, rule: 'bots.spoofed', mode: 'enforce' }, [])
  counts.see({ declared: false, score: 0, signals: [], band: 'likely-human' }, REFUSAL, [SCORED, REFUSAL])
  expect(counts.sums).toEqual({
    bands: { suspicious: 1, 'likely-human': 1 },
    verdicts: { spoofed: 1, none: 1 },
    classes: { 'search-engine': 1, none: 1 },
    decisions: { 'bots.spoofed enforce': 1, 'bots.score log': 1 },
  })
})

test('names are bounded, whatever the policy calls its bands', () => {
  const counts = createBotCounts()
  for (let i = 0; i < 1000; i++) counts.see({ ...BOT, band: `band-${i}` }, undefined, [])
  expect(Object.keys(counts.sums.bands)).toHaveLength(100)
  counts.see({ ...BOT, band: 'band-0' }, undefined, [])
  expect(counts.sums.bands['band-0']).toBe(2)
})
