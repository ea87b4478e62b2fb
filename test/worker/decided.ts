/** Decided requests for the tests of records. */
import type { Decision } from '../../src/http/decision.ts'
import type { Assessment } from '../../src/ingress/bots/assessment.ts'
import type { Decided } from '../../src/worker/record.ts'
import { createFacts, type FactsChange } from '../http/facts.ts'

export const STARTED = 1_795_000_000_000

export const REFUSAL: Decision = {
  action: 'block',
  stage: 'access',
  rule: 'access.office',
  reason: 'No.',
  fix: 'Ask.',
  mode: 'enforce',
  status: 403,
}

export const BOT: Assessment = {
  declared: true,
  agent: {
    name: 'ExampleBot',
    class: 'search-engine',
    operator: 'Example',
    proof: { signature: [], ranges: ['example'], dns: [] },
  },
  verdict: { kind: 'spoofed', method: 'ranges' },
  score: 60,
  signals: [{ id: 'spoofed', weight: 60 }],
  band: 'suspicious',
}

export function createDecided(change: Partial<Decided> = {}, facts: FactsChange = {}): Decided {
  return {
    requestId: '0192f0c1-7d5e-7abc-8def-0123456789ab',
    facts: createFacts(facts),
    terminal: undefined,
    logged: [],
    route: 'site',
    policy: '0123456789abcdef',
    status: 200,
    started: STARTED,
    ended: STARTED + 12,
    ...change,
  }
}
