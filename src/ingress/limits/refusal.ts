/**
 * What a limit says to the client and the operator.
 * @module
 */
import type { LimitModel } from '../../bundle/model.ts'
import type { Decision } from '../../http/decision.ts'

/** The decisions of one limit; a refusal's `retryAfter` is added by `refuse`. */
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
/** The status of a challenge's answer: no HTTP cache keeps it, and clients that are no browsers see a refusal. */
const CHALLENGED = 403

export function createRefusals(limit: LimitModel): Refusals {
  const enforced = limit.mode === 'enforce' && limit.action !== 'log'
  const common = {
    stage: 'limits',
    rule: `limits.${limit.id}`,
    mode: enforced ? 'enforce' : 'log',
  } as const
  const over: Decision = {
    ...common,
    ...answerOf(limit),
    reason: describeLimit(limit),
    fix: fixOf(limit),
  }
  const isChallenge = over.action === 'challenge'
  return {
    enforced,
    // Whoever solves the challenge may come at once, so there is nothing to wait for.
    refuse: (wait) => (isChallenge ? over : { ...over, retryAfter: Math.max(1, Math.ceil(wait / 1000)) }),
    unavailable: {
      ...common,
      action: 'block',
      status: 503,
      reason: 'The counters are unavailable, and this limit lets nothing pass uncounted.',
      fix: `Set on_error of limit ${limit.id} in rules/limits.yaml to local or open to let requests pass meanwhile.`,
      retryAfter: UNAVAILABLE_RETRY,
    },
  }
}

/** Limits of crawlers are made of their terms, and are in no file by this name (`src/policy/bots/crawler-limits.ts`). */
function fixOf(limit: LimitModel): string {
  return limit.id.startsWith('bots-')
    ? `Raise the rate of ${limit.id.replace(/^bots-(?:agent-)?|-verified$/g, '')} under \`crawlers\` in rules/bots.yaml, or give it another action.`
    : `Raise ${describeAmount(limit)} of limit ${limit.id} in rules/limits.yaml, or set its mode to log.`
}

/** How a refused client is answered. */
function answerOf({
  action,
  status,
  response,
}: LimitModel): Pick<Decision, 'action' | 'status' | 'challenge' | 'content'> {
  if (action !== 'block' && action !== 'throttle' && action !== 'log') {
    return { action: 'challenge', status: CHALLENGED, challenge: action }
  }
  if (response === undefined) return { action: 'block', status }
  return { action: 'block', status, content: { type: response.content_type, body: response.content } }
}

/** The key to write; limits of a login protection have another name for it. */
function describeAmount({ score_header, counting }: LimitModel): string {
  if (score_header !== undefined) return 'score_per_period'
  return counting?.readsResponse === true
    ? 'requests_per_period (failures, in a login protection)'
    : 'requests_per_period'
}

function describeLimit({ requests_per_period, period, score_header, counting }: LimitModel): string {
  const requests = counting === undefined ? 'requests' : 'counted requests'
  const unit = score_header === undefined ? requests : 'points'
  return `Over the limit of ${requests_per_period} ${unit} per ${period} s.`
}
