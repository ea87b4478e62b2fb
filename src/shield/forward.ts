/**
 * Sends a vetted, signed request to its origin and brings the response back unbuffered.
 * @module
 */
import { BodyBroken, type BodyFailure, BodyRefused, BodyTooLarge } from '../http/body.ts'
import { decideFault } from '../http/body-guard/body-rules.ts'
import type { Decision } from '../http/decision.ts'
import {
  BAD_STATUS,
  CLIENT_LEFT,
  SLOW_CLIENT,
  TIMED_OUT,
  TOO_LARGE,
  UNREACHABLE,
} from './forward-failures.ts'
import { buildOutbound, type Freshness, type Signing } from './outbound.ts'
import {
  type BodyPorts,
  type BodyProgress,
  canFail,
  type ForwardRequest,
  type Incoming,
  readBody,
} from './outbound-body.ts'

/** What forwarding needs from its surroundings. */
export interface ForwardPorts extends BodyPorts, Signing {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  readonly freshness: () => Freshness
}

/** `logged` is what the guard of bodies saw in `log` mode until the origin answered; absent when that is nothing. */
export type Forwarded = (
  | { readonly response: Response; readonly failure?: undefined }
  | { readonly response?: undefined; readonly failure: Decision }
) & { readonly logged?: readonly Decision[] }

/**
 * Never rejects: what goes wrong is a decision of stage `forward`. A client that leaves cancels the request
 * to the origin; so does a deadline, as the runtime ends what nobody waits for once the answer is out.
 */
export async function forward(
  incoming: Incoming,
  request: ForwardRequest,
  ports: ForwardPorts,
): Promise<Forwarded> {
  const progress: Progress = { isWaiting: () => false, isOver: false, logged: [] }
  const forwarded = await forwardInTime(incoming, request, ports, progress)
  return progress.logged.length === 0 ? forwarded : { ...forwarded, logged: [...progress.logged] }
}

/** How far an attempt is, for its deadline. */
interface Progress extends BodyProgress {
  /** The deadline has passed and the client has its answer: nothing may be sent any more. */
  isOver: boolean
}

async function forwardInTime(
  incoming: Incoming,
  request: ForwardRequest,
  ports: ForwardPorts,
  progress: Progress,
): Promise<Forwarded> {
  const { timeout_ms: timeout } = request.action
  const attempt = attemptForward(incoming, request, ports, progress)
  if (timeout === 0) return attempt
  let cancel: (() => void) | undefined
  const deadline = new Promise<Forwarded>((resolve) => {
    cancel = ports.timer(timeout, () => {
      progress.isOver = true
      resolve({ failure: progress.isWaiting() ? SLOW_CLIENT : TIMED_OUT })
    })
  })
  const forwarded = await Promise.race([attempt, deadline])
  cancel?.()
  return forwarded
}

async function attemptForward(
  incoming: Incoming,
  request: ForwardRequest,
  ports: ForwardPorts,
  progress: Progress,
): Promise<Forwarded> {
  const { signal } = incoming
  let overflow: AbortController | undefined
  try {
    // Who left while counters were asked is not forwarded at all.
    if (signal?.aborted) return { failure: CLIENT_LEFT }
    // Signals cost as much as signing does: one of our own is made for those bodies only that need it.
    if (canFail(incoming, request)) overflow = followSignal(signal)
    const body = await readBody(incoming, request, ports, progress, (failure) => overflow?.abort(failure))
    if (progress.isOver) return { failure: SLOW_CLIENT }
    const outbound = await buildOutbound(request, ports, ports.freshness(), body.cover)
    const content = body.open(outbound.signature)
    const init: RequestInit = { method: request.facts.method, headers: outbound.headers, redirect: 'manual' }
    const stop = overflow?.signal ?? signal
    if (stop) init.signal = stop
    if (content !== null) init.body = content
    const response = await ports.fetch(outbound.url, init)
    return isAnswer(response) ? { response } : { failure: BAD_STATUS }
  } catch (error) {
    // What a runtime rejects with need not be the reason it was given.
    const cause: unknown = overflow?.signal.aborted ? overflow.signal.reason : error
    return { failure: decideFailure(cause, signal) }
  }
}

function decideFailure(cause: unknown, signal: AbortSignal | undefined): Decision {
  if (isBodyFailure(cause)) {
    if (cause instanceof BodyRefused) return decideFault(cause.fault, 'enforce')
    return cause instanceof BodyTooLarge ? TOO_LARGE : CLIENT_LEFT
  }
  return signal?.aborted ? CLIENT_LEFT : UNREACHABLE
}

function isBodyFailure(cause: unknown): cause is BodyFailure {
  return cause instanceof BodyRefused || cause instanceof BodyTooLarge || cause instanceof BodyBroken
}

/**
 * Only 100 to 599 have a meaning (RFC 9110 section 15), and 101 only for who asked for it (section 7.8): no
 * runtime makes a response of another status, or of 101 without a WebSocket.
 */
function isAnswer(response: Response): boolean {
  if (response.status === 101) return 'webSocket' in response && Boolean(response.webSocket)
  return response.status <= 599
}

function followSignal(signal: AbortSignal | undefined): AbortController {
  const controller = new AbortController()
  signal?.addEventListener('abort', () => controller.abort(), { once: true })
  return controller
}
