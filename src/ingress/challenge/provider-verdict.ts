/**
 * What the answer of a siteverify call means for one challenge.
 * @module
 */

import { WIDGET_ACTION } from './offer.ts'
import type { ProviderKind, ProviderQuestion } from './provider.ts'

/**
 * Errors that are not about the person: of the service, or of the secret that we show it (Turnstile and hCaptcha,
 * "error codes").
 */
const FAULTS: ReadonlySet<unknown> = new Set([
  'internal-error',
  'missing-input-secret',
  'invalid-input-secret',
  'sitekey-secret-mismatch',
  'not-using-dummy-secret',
])

/**
 * `passed` only when the answer is for this site and, with Turnstile, for this challenge: else one page's answers
 * would open another's.
 * @param answer The body of the answer, parsed.
 */
export function judgeAnswer(
  kind: ProviderKind,
  answer: unknown,
  { host, token }: ProviderQuestion,
): 'passed' | 'refused' | 'down' {
  if (typeof answer !== 'object' || answer === null) return 'down'
  const {
    success,
    hostname,
    action,
    cdata,
    'error-codes': errors,
  } = answer as Readonly<Record<string, unknown>>
  if (typeof success !== 'boolean') return 'down'
  if (!success) return Array.isArray(errors) && errors.some((code) => FAULTS.has(code)) ? 'down' : 'refused'
  if (hostname !== host) return 'refused'
  if (kind === 'turnstile' && (action !== WIDGET_ACTION || cdata !== token)) return 'refused'
  return 'passed'
}
