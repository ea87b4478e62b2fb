/**
 * What the operator API refuses, and why.
 * @module
 */
import type { Decision } from '../http/decision.ts'

const base = { action: 'block', stage: 'route', mode: 'enforce' } as const

/** Characters of a token, at least. */
export const MIN_TOKEN = 32

export const API_OFF: Decision = {
  ...base,
  rule: 'route.operator-api-off',
  reason: 'The operator API is off: it has no token.',
  fix: `Set a secret of at least ${MIN_TOKEN} characters: openssl rand -hex 32 | wrangler secret put SALLYPORT_OPERATOR_TOKEN`,
  status: 404,
}

export const WRONG_TOKEN: Decision = {
  ...base,
  rule: 'route.operator-token',
  reason: 'The operator API wants `Authorization: Bearer` with the token of this deployment.',
  fix: 'Send the secret SALLYPORT_OPERATOR_TOKEN that the Worker has; to have another one, set it anew.',
  status: 401,
}

export function refuseGuess(seconds: number): Decision {
  return {
    ...base,
    rule: 'route.operator-guesses',
    reason: 'Too many wrong tokens came from this client.',
    fix: 'Check the token, and try again when the time of Retry-After is over.',
    status: 429,
    retryAfter: seconds,
  }
}

/** What was sent cannot be used; `message` never repeats more than a short, quoted part of it. */
export function refuseInput(message: string, status: 400 | 408 | 413 | 404 = 400): Decision {
  return { ...base, rule: 'route.operator-input', reason: message, status }
}

export function refuseMethod(allow: readonly string[]): Decision {
  return {
    ...base,
    rule: 'route.operator-method',
    reason: `This endpoint takes ${allow.join(', ')}.`,
    status: 405,
    allow,
  }
}

export const CONTROL_AWAY: Decision = {
  ...base,
  rule: 'route.operator-unavailable',
  reason: 'The object that keeps bans and attack states cannot be reached.',
  fix: 'Try again; if it stays so, look for a line of kind `operator` and errors of ControlObject in the log of the Worker.',
  status: 503,
  retryAfter: 2,
}
