import { expect, test } from 'vitest'
import { ALWAYS_EXEMPT, BOT_SIGNALS, DEFAULT_BANDS } from '../../src/http/bot-signals.ts'
import { signalsOf } from '../ingress/bots/signals/score-fixture.ts'

test('every signal has a name of its own, a weight, and says in sentences what it is and when it is not raised', () => {
  const ids = BOT_SIGNALS.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.length).toBeGreaterThanOrEqual(30)
  for (const { id, weight, reason, exempt } of BOT_SIGNALS) {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(weight).toBeGreaterThan(0)
    expect(weight).toBeLessThanOrEqual(100)
    for (const sentence of [reason, exempt]) expect(sentence).toMatch(/^[A-Z].*\.$/)
  }
  expect(ALWAYS_EXEMPT).toMatch(/\.$/)
})

test('bands ascend from 0, and none denies', () => {
  expect(DEFAULT_BANDS.map(({ from, step }) => [from, step])).toEqual([
    [0, 'none'],
    [25, 'wait'],
    [50, 'proof-of-work'],
    [80, 'interactive'],
  ])
})

test('no signal alone asks for more than a proof of work', () => {
  const interactive = DEFAULT_BANDS.find(({ step }) => step === 'interactive')?.from ?? 0
  for (const { id, weight } of BOT_SIGNALS) expect(weight, id).toBeLessThan(interactive)
})

test('signals that people raise without wanting to ask for nothing alone', () => {
  const people = [
    'hints-missing',
    'hints-foreign',
    'hints-incomplete',
    'encoding-poor',
    'origin-missing',
    'language-missing',
    'fetch-referer',
    'protocol-old',
    'protocol-ancient',
    'network-hosting',
    'tls-unfamiliar',
    'tls-old',
    'worker-fetch',
    'agent-unknown',
    'agent-unreduced',
    'declared-as-browser',
  ]
  for (const { id, weight } of BOT_SIGNALS) if (people.includes(id)) expect(weight, id).toBeLessThan(25)
})

test('the fixture weighs as shipped', () => {
  expect(signalsOf({})).toEqual(['agent-missing'])
})
