/**
 * What can go wrong on the way to the origin and back, as the client is told it.
 * @module
 */
import type { Decision } from '../http/decision.ts'
import { BODY_TOO_LARGE } from '../http/hygiene-rules.ts'

const base = { action: 'block', stage: 'forward', mode: 'enforce' } as const

export const TOO_LARGE: Decision = {
  ...base,
  rule: 'hygiene.body-too-large',
  stage: 'body',
  reason: BODY_TOO_LARGE.reason,
  fix: BODY_TOO_LARGE.fix,
  status: 413,
  close: true,
}
export const SLOW_CLIENT: Decision = {
  ...base,
  rule: 'forward.slow-client',
  stage: 'body',
  reason: 'The content did not arrive in time.',
  fix: 'Raise `timeout` of the route in rules/routes/, or set its `digest_body` to 0 so that content streams.',
  status: 408,
  close: true,
}
export const TIMED_OUT: Decision = {
  ...base,
  rule: 'forward.timeout',
  reason: 'The origin did not answer in time.',
  fix: 'Raise `timeout` of the route in rules/routes/.',
  status: 504,
}
export const CLIENT_LEFT: Decision = {
  ...base,
  rule: 'forward.client-left',
  reason: 'The client closed the connection before the origin answered.',
  status: 499,
}
export const BAD_STATUS: Decision = {
  ...base,
  rule: 'forward.bad-status',
  reason: 'The origin answered with a status code that has no meaning here: over 599, or 101 unasked.',
  fix: 'Let the origin answer with a status code from 200 to 599.',
  status: 502,
}
export const UNREACHABLE: Decision = {
  ...base,
  rule: 'forward.unreachable',
  reason: 'The origin could not be reached or broke off.',
  fix: 'Check that the origin of the route in rules/routes/ is up and reachable from the edge.',
  status: 502,
}
