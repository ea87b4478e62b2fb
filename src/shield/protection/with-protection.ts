/**
 * Forwards under protection: asks before, and tells afterwards what became of the request.
 * @module
 */
import type { Decision } from '../../http/decision.ts'
import type { Forwarded, ForwardPorts } from '../forward.ts'
import { TIMED_OUT, UNREACHABLE } from '../forward-failures.ts'
import type { Admitted, FailureKind, Shed } from './admission.ts'
import { ORIGIN_LOAD_FIELD, readOriginLoad } from './origin-load.ts'
import type { OriginProtection } from './origin-protection.ts'
import type { Priority } from './priority.ts'

export interface Protected {
  readonly protection: OriginProtection
  /** What is protected by itself: the name that `admit` takes. */
  readonly origin: string
  readonly priority: Priority
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/**
 * Sends a request if the origin can take it; otherwise the failure is a decision with status 503. A request
 * counts as being at the origin until the header section of its answer has come.
 * @param send Forwards with the ports it is given, and nothing else: their `fetch` holds the clock.
 */
export async function withProtection(
  { protection, origin, priority, now }: Protected,
  ports: ForwardPorts,
  send: (ports: ForwardPorts) => Promise<Forwarded>,
): Promise<Forwarded> {
  const admission = protection.admit(origin, priority, now())
  if (!admission.admitted) return { failure: refuse(admission) }
  let sent: number | undefined
  const fetch: ForwardPorts['fetch'] = (url, init) => {
    // How long a streamed upload takes is the client's doing.
    if (!(init.body instanceof ReadableStream)) sent = now()
    return ports.fetch(url, init)
  }
  try {
    const forwarded = await send({ ...ports, fetch })
    tell(admission, forwarded, sent, now())
    return forwarded
  } finally {
    // For an outcome that was told, this does nothing; a defect must not cost a place for good.
    admission.ignore()
  }
}

function tell(
  admission: Admitted,
  { response, failure }: Forwarded,
  sent: number | undefined,
  now: number,
): void {
  if (failure) {
    const kind = kindOf(failure)
    if (kind === undefined) admission.ignore()
    else admission.fail(kind, now)
    return
  }
  const kind = kindOfResponse(response)
  if (kind !== undefined) {
    admission.fail(kind, now)
    return
  }
  // An error says nothing of how fast the origin is; nor does the wait for a WebSocket.
  const isTimed = sent !== undefined && response.status >= 200 && response.status < 500
  const load = readOriginLoad(response.headers.get(ORIGIN_LOAD_FIELD))
  admission.succeed(isTimed ? now - sent : undefined, now, load)
}

function kindOf({ rule }: Decision): FailureKind | undefined {
  if (rule === TIMED_OUT.rule) return 'timeout'
  return rule === UNREACHABLE.rule ? 'connect' : undefined
}

/** A 500 is an answer: a client that has found a broken page must not be able to have the origin shut off. */
function kindOfResponse({ status, headers }: Response): FailureKind | undefined {
  if (status === 429 || status === 503) {
    if (headers.has('retry-after')) return 'overload'
    return status === 503 ? 'gateway' : undefined
  }
  return status === 502 || status === 504 || (status >= 520 && status <= 527) ? 'gateway' : undefined
}

function refuse({ cause, retryAfter }: Shed): Decision {
  return { ...(cause === 'full' ? FULL : DOWN), retryAfter }
}

const base = { action: 'block', stage: 'forward', mode: 'enforce', status: 503 } as const

const FULL: Decision = {
  ...base,
  rule: 'forward.overload',
  reason: 'The origin has as many requests as it can take at the same time.',
  fix: 'See docs/origin-protection.md; an origin that could take more can tell so with `sallyport-origin-load`.',
}
const DOWN: Decision = {
  ...base,
  rule: 'forward.origin-down',
  reason: 'The origin has failed at most requests lately and is given a rest.',
  fix: 'Check that the origin of the route in rules/routes/ is up: one request at a time finds out whether it is.',
}
