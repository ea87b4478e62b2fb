/**
 * Calls of the operator API.
 * @module
 */
import { toPlainText } from '../explain/plain-text.ts'
import type { OperatorTarget } from './operator-target.ts'

/** What was asked for cannot be had; the message says why and what to do. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError'
}

export interface OperatorClient {
  readonly url: string
  /** @throws OperatorError unless the answer is one of success. */
  call(method: string, path: string, content?: unknown): Promise<unknown>
}

const TIMEOUT = 15_000
const MAX_DETAIL = 400

export function createOperatorClient({ url, token }: OperatorTarget): OperatorClient {
  return {
    url: new URL(url).origin,
    async call(method, path, content) {
      const answer = await send(new URL(`/.sallyport/api${path}`, url), token, method, content)
      const text = await answer.text().catch(() => '')
      const value = parse(text)
      if (answer.ok && value !== undefined) return value
      throw new OperatorError(explain(new URL(url).origin, answer.status, value))
    },
  }
}

/** No redirect is followed: the token is for this edge. */
async function send(url: URL, token: string, method: string, content: unknown): Promise<Response> {
  const body = content === undefined ? {} : { body: JSON.stringify(content) }
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  try {
    const signal = AbortSignal.timeout(TIMEOUT)
    return await fetch(url, { method, headers, redirect: 'manual', signal, ...body })
  } catch (cause) {
    throw new OperatorError(`${url.origin} does not answer. Is it the edge, and does it run?`, { cause })
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function explain(origin: string, status: number, value: unknown): string {
  const problem =
    typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
  const { detail, fix, rule } = problem
  if (typeof detail !== 'string' || typeof rule !== 'string')
    return `${origin} answered ${status}, and not as an edge does. Is it the edge, and is its operator API newer than this command?`
  const cure = typeof fix === 'string' ? ` ${toPlainText(fix, MAX_DETAIL)}` : ''
  return `${toPlainText(detail, MAX_DETAIL)}${cure} (${status}, ${toPlainText(rule, 80)})`
}
