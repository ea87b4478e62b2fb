/**
 * Stages 9 and 10: send a vetted, signed request to its origin and bring the response back unbuffered.
 * @module
 */
import { BodyBroken, BodyTooLarge, capStream } from '../http/body.ts'
import type { Decision } from '../http/decision.ts'
import { formatContentDigest } from '../signature/digest.ts'
import type { Signer } from '../signature/sign.ts'
import {
  BAD_STATUS,
  CLIENT_LEFT,
  SLOW_CLIENT,
  TIMED_OUT,
  TOO_LARGE,
  UNREACHABLE,
} from './forward-failures.ts'
import { buildOutbound, type Freshness, type Vetted } from './outbound.ts'

/** What forwarding needs from its surroundings. */
export interface ForwardPorts {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  readonly sha256: (bytes: ArrayBuffer) => Promise<ArrayBuffer>
  readonly signer: Signer
  readonly freshness: () => Freshness
  /** Calls `fire` after so many milliseconds, unless the returned function is called first. */
  readonly timer: (ms: number, fire: () => void) => () => void
}

/** The body of the incoming request, and the signal that its client has gone away. */
export interface Incoming {
  readonly body: ReadableStream<Uint8Array> | null
  readonly signal?: AbortSignal | undefined
  arrayBuffer(): Promise<ArrayBuffer>
}

export type Forwarded =
  | { readonly response: Response; readonly failure?: undefined }
  | { readonly response?: undefined; readonly failure: Decision }

/**
 * Never rejects: what goes wrong is a decision of stage `forward`. A client that leaves cancels the request
 * to the origin; so does a deadline, as the runtime ends what nobody waits for once the answer is out.
 */
export async function forward(incoming: Incoming, vetted: Vetted, ports: ForwardPorts): Promise<Forwarded> {
  const { timeout_ms: timeout } = vetted.action
  const progress: Progress = { isCollecting: false, isOver: false }
  const attempt = attemptForward(incoming, vetted, ports, progress)
  if (timeout === 0) return attempt
  let cancel: (() => void) | undefined
  const deadline = new Promise<Forwarded>((resolve) => {
    cancel = ports.timer(timeout, () => {
      progress.isOver = true
      resolve({ failure: progress.isCollecting ? SLOW_CLIENT : TIMED_OUT })
    })
  })
  const forwarded = await Promise.race([attempt, deadline])
  cancel?.()
  return forwarded
}

/** How far an attempt is, for its deadline. */
interface Progress {
  /** The edge is still waiting for the client's content: the origin is not to blame. */
  isCollecting: boolean
  /** The deadline has passed and the client has its answer: nothing may be sent any more. */
  isOver: boolean
}

async function attemptForward(
  incoming: Incoming,
  vetted: Vetted,
  ports: ForwardPorts,
  progress: Progress,
): Promise<Forwarded> {
  const { signal } = incoming
  let overflow: AbortController | undefined
  try {
    // Who left while counters were asked is not forwarded at all.
    if (signal?.aborted) return { failure: CLIENT_LEFT }
    const capped = needsCap(incoming, vetted)
    // Signals cost as much as signing does: one of our own is made for those bodies only that need it.
    if (capped) overflow = followSignal(signal)
    const body = await readBody(incoming, vetted, ports, progress, (failure) => overflow?.abort(failure))
    if (progress.isOver) return { failure: SLOW_CLIENT }
    const outbound = await buildOutbound(vetted, ports.signer, ports.freshness(), body.digest)
    const init: RequestInit = { method: vetted.facts.method, headers: outbound.headers, redirect: 'manual' }
    const stop = overflow?.signal ?? signal
    if (stop) init.signal = stop
    if (body.content !== null) init.body = body.content
    const response = await ports.fetch(outbound.url, init)
    return isAnswer(response) ? { response } : { failure: BAD_STATUS }
  } catch (error) {
    // What a runtime rejects with need not be the reason it was given.
    const cause: unknown = overflow?.signal.aborted ? overflow.signal.reason : error
    if (cause instanceof BodyTooLarge) return { failure: TOO_LARGE }
    return { failure: cause instanceof BodyBroken || signal?.aborted ? CLIENT_LEFT : UNREACHABLE }
  }
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

/** A declared length is held to by the runtime's parser; only a body without one is counted on the way. */
function needsCap({ body }: Incoming, { facts }: Vetted): boolean {
  return facts.hasBody && body !== null && facts.headers.get('content-length') === undefined
}

interface OutboundBody {
  readonly content: ReadableStream<Uint8Array> | ArrayBuffer | null
  readonly digest: string | undefined
}

/** The digest of no content at all. */
const EMPTY_DIGEST = 'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:'

/**
 * Small bodies of a declared length are read whole, so that the signature can cover them; all others stream.
 * Where content could stand and does not, that is covered too: nobody between the doors can add some. With GET
 * and HEAD the verifier takes no content anyway.
 */
async function readBody(
  incoming: Incoming,
  { facts, route }: Vetted,
  ports: ForwardPorts,
  progress: Progress,
  onFailure: (failure: BodyTooLarge | BodyBroken) => void,
): Promise<OutboundBody> {
  if (!facts.hasBody || incoming.body === null) {
    const covered = route.digest_body > 0 && facts.method !== 'GET' && facts.method !== 'HEAD'
    return { content: null, digest: covered ? EMPTY_DIGEST : undefined }
  }
  const declared = facts.headers.get('content-length')
  if (declared === undefined) {
    return { content: capStream(incoming.body, route.max_body, onFailure), digest: undefined }
  }
  if (Number(declared) > route.digest_body) {
    return { content: incoming.body, digest: undefined }
  }
  progress.isCollecting = true
  const content = await incoming.arrayBuffer().catch(() => {
    throw new BodyBroken('the content broke off')
  })
  progress.isCollecting = false
  return { content, digest: formatContentDigest(new Uint8Array(await ports.sha256(content))) }
}
