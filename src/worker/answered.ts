/**
 * What became of a request.
 * @module
 */
import type { Decision } from '../http/decision.ts'
import type { Charge } from '../ingress/bots/crawlers/crawlers.ts'
import type { ResponseResult } from '../ingress/rules/rule-run.ts'

export interface Answered {
  readonly response: Response
  readonly terminal: Decision | undefined
  /** What `log` mode saw of the body; absent when that is nothing. */
  readonly logged?: readonly Decision[]
  /** Whether the origin was asked, and not a cache or the policy; absent when the request was refused. */
  readonly fromOrigin?: boolean
  /** What the client has agreed to pay for the answer. */
  readonly charge?: Charge
  /** What the rules made of the response, when they looked at it. */
  readonly transformed?: ResponseResult | undefined
}

/** Cloudflare's own cache stands between a Worker and the origin, and says so. */
export function isFromOrigin({ headers }: Response): boolean {
  const status = headers.get('cf-cache-status')
  return status === null || !CACHED.has(status)
}

const CACHED: ReadonlySet<string> = new Set(['HIT', 'STALE', 'UPDATING'])
