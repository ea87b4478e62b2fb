/**
 * The answer to a refused request (RFC 9457). It says that the door is shut, not which check shut it.
 * @module
 */
import type { Refused } from './outcome.ts'

export interface Problem {
  readonly status: 401 | 403
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const TITLE = {
  401: 'This origin answers requests from its gateway only',
  403: 'This request was not accepted',
} as const

export function formatProblem(refused: Refused): Problem {
  const { status, requestId } = refused
  const body = `${JSON.stringify({ title: TITLE[status], status, ...(requestId !== undefined && { request_id: requestId }) })}\n`
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'content-length': String(body.length),
      'cache-control': 'no-store',
      // RFC 9110 section 11.6.1 asks for a challenge with every 401; RFC 9421 registers no scheme.
      ...(status === 401 && { 'www-authenticate': 'Signature' }),
    },
    body,
  }
}
