import { describe, expect, it } from 'vitest'
import { createRefusals } from '../../../src/ingress/limits/refusal.ts'
import { createLimit } from './request.ts'

describe('refusals of a limit', () => {
  it('answer with the status and content of the policy', () => {
    const response = { content_type: 'text/plain', content: 'slow down' }
    const decision = createRefusals(createLimit({ status: 420, response })).refuse(1500)
    expect(decision).toMatchObject({
      status: 420,
      retryAfter: 2,
      content: { type: 'text/plain', body: 'slow down' },
    })
  })

  it.each(['js_challenge', 'managed_challenge', 'challenge'] as const)('ask for a %s', (action) => {
    const { enforced, refuse } = createRefusals(createLimit({ action }))
    expect(enforced).toBe(true)
    expect(refuse(1000)).toMatchObject({ action: 'challenge', challenge: action, status: 403 })
  })

  it.each([{ action: 'throttle' as const }, { action: 'block' as const }])('block with %o', (change) => {
    expect(createRefusals(createLimit(change)).refuse(1)).toMatchObject({ action: 'block', retryAfter: 1 })
  })

  it('do not act where the limit only records', () => {
    for (const change of [{ action: 'log' as const }, { mode: 'log' as const }]) {
      const { enforced, refuse, unavailable } = createRefusals(createLimit(change))
      expect([enforced, refuse(1).mode, unavailable.mode]).toEqual([false, 'log', 'log'])
    }
  })

  it('name the key of the policy that lets more pass', () => {
    expect(createRefusals(createLimit()).refuse(1).fix).toContain('requests_per_period')
    expect(createRefusals(createLimit({ score_header: 'x-cost' })).refuse(1).fix).toContain(
      'score_per_period',
    )
  })

  it.each(['bots-seo', 'bots-seo-verified', 'bots-agent-seo'])('name the terms that made limit %s', (id) => {
    expect(createRefusals(createLimit({ id })).refuse(1).fix).toBe(
      'Raise the rate of seo under `crawlers` in rules/bots.yaml, or give it another action.',
    )
  })
})
