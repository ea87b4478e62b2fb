/**
 * What came of a case: outcome, stage and rule, and whether that is as it has to be.
 * @module
 */
import type { Case } from './tour-case.ts'
import type { Reply } from './wire.ts'

export interface Verdict {
  readonly name: string
  readonly status: number
  readonly outcome: string
  readonly stage: string
  readonly rule: string
  /** What differs from what was expected; empty when nothing does. */
  readonly trouble: string
}

export function judge({ name, expected }: Case, reply: Reply): Verdict {
  const { stage, rule } = readProblem(reply, expected.rule === 'origin')
  const trouble = [
    reply.status === expected.status ? '' : `status ${expected.status} expected`,
    expected.rule === undefined || expected.rule === 'origin' || expected.rule === rule
      ? ''
      : `rule ${expected.rule} expected`,
    expected.holds === undefined || reply.body.includes(expected.holds)
      ? ''
      : `the body lacks ${JSON.stringify(expected.holds)}`,
    expected.lacks === undefined || !reply.body.includes(expected.lacks)
      ? ''
      : `the body holds ${expected.lacks}`,
  ]
  return {
    name,
    status: reply.status,
    outcome: reply.status >= 400 ? 'refused' : reply.status >= 300 ? 'redirected' : 'passed',
    stage,
    rule,
    trouble: trouble.filter((text) => text !== '').join('; '),
  }
}

/** The edge's problem documents name stage and rule; the verifier tells the reason to its log only. */
function readProblem(reply: Reply, atOrigin: boolean): { stage: string; rule: string } {
  if (reply.status < 400) return { stage: '-', rule: '-' }
  if (reply.headers['sallyport-mitigated'] === 'challenge' && reply.body.startsWith('<!doctype'))
    return { stage: 'challenge', rule: '(a page)' }
  if (atOrigin) return { stage: 'origin', rule: 'verifier' }
  try {
    const { stage, rule } = JSON.parse(reply.body) as { stage?: unknown; rule?: unknown }
    return { stage: String(stage ?? '?'), rule: String(rule ?? '?') }
  } catch {
    return { stage: '?', rule: '?' }
  }
}
