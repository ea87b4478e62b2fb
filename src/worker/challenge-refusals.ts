/**
 * What somebody is told whose solution is not taken.
 * @module
 */
import type { Decision } from '../http/decision.ts'
import type { RedeemFailure } from '../ingress/challenge/redeem.ts'

const base = { action: 'block', stage: 'route', rule: 'route.challenge', mode: 'enforce' } as const
const forbid = (reason: string): Decision => ({ ...base, reason, status: 403 })

export const NOT_POST: Decision = {
  ...base,
  reason: 'Solutions of challenges are sent with POST.',
  status: 405,
  allow: ['GET', 'HEAD', 'POST'],
}

export const SLOW: Decision = {
  ...base,
  reason: 'The solution was sent too slowly.',
  status: 408,
  close: true,
}

export const CROSS_SITE: Decision = forbid('Solutions are taken from pages of this very site only.')

export const MALFORMED: Decision = {
  ...base,
  reason: 'A solution is an urlencoded form with a declared length, a token and what solves it.',
  status: 400,
}

const FAILURES: Readonly<Record<RedeemFailure, Decision>> = {
  malformed: MALFORMED,
  forged: forbid('The challenge was not made by this site, or too long ago.'),
  expired: forbid('The challenge has expired. Reload the page for a new one.'),
  elsewhere: forbid(
    'The challenge was made for another network or another browser. Reload the page for a new one.',
  ),
  early: forbid('The solution comes too early. Reload the page for a new challenge.'),
  unsolved: forbid('The solution does not solve the challenge.'),
  refused: forbid('The service that checks browsers did not accept the answer.'),
  unavailable: {
    ...base,
    reason: 'The service that checks browsers does not answer. Reload the page for another challenge.',
    status: 503,
    retryAfter: 1,
  },
  spent: forbid('The challenge has been solved before. Reload the page for a new one.'),
}

export function toDecision(why: RedeemFailure): Decision {
  return FAILURES[why]
}
