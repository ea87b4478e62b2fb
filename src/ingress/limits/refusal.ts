/**
 * What a limit says to the client and the operator.
 * @module
 */
import type { LimitModel } from '../../bundle/model.ts'
import type { Decision } from '../../http/decision.ts'

/** The two decisions of one limit; a refusal's `retryAfter` is added by `refuse`. */
export interface Refusals {
  /** Whether they end the request, or are only recorded. */
  readonly enforced: boolean
  /** @param wait Milliseconds until the refusal ends. */
  refuse(wait: number): Decision
  /** The counters cannot be reached and the limit is closed. */
  readonly unavailable: Decision
}

/** Seconds that a client is asked to wait for counters that are away: the back-off of their circuit. */
const UNAVAILABLE_RETRY = 1

export function createRefusals(limit: LimitModel): Refusals {
  const enforced = limit.mode === 'enforce' && limit.action === 'block'
  const common = {
    action: 'block',
    stage: 'limits',
    rule: `limits.${limit.id}`,
    mode: enforced ? 'enforce' : 'log',
  } as const
  const over = {
    ...common,
    status: limit.status,
    reason: `Over the limit of ${limit.requests_per_period} requests per ${limit.period} s.`,
    fix: `Raise requests_per_period of limit ${limit.id} in rules/limits.yaml, or set its mode to log.`,
  } as const
  return {
    enforced,
    refuse: (wait) => ({ ...over, retryAfter: Math.max(1, Math.ceil(wait / 1000)) }),
    unavailable: {
      ...common,
      status: 503,
      reason: 'The counters are unavailable, and this limit lets nothing pass uncounted.',
      fix: `Set on_error of limit ${limit.id} in rules/limits.yaml to local or open to let requests pass meanwhile.`,
      retryAfter: UNAVAILABLE_RETRY,
    },
  }
}
