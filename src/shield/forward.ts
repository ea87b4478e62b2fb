/**
 * Stages 9 and 10: send a vetted, signed request to its origin and bring the response back unbuffered.
 * @module
 */
import { BodyTooLarge, capStream } from '../http/body.ts'
import type { Decision } from '../http/decision.ts'
import { BODY_TOO_LARGE } from '../http/hygiene-rules.ts'
import { formatContentDigest } from '../signature/digest.ts'
import type { Signer } from '../signature/sign.ts'
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

/** Never rejects: what goes wrong is a decision of stage `forward`. */
export async function forward(incoming: Incoming, vetted: Vetted, ports: ForwardPorts): Promise<Forwarded> {
  const attempt = new AbortController()
  const state = { timedOut: false, tooLarge: false, left: false }
  const stop = (why: 'timedOut' | 'tooLarge' | 'left'): void => {
    state[why] = true
    attempt.abort()
  }
  const leave = (): void => stop('left')
  incoming.signal?.addEventListener('abort', leave, { once: true })
  const { timeout_ms: timeout } = vetted.action
  const cancelTimer = timeout > 0 ? ports.timer(timeout, () => stop('timedOut')) : undefined
  try {
    const body = await readBody(incoming, vetted, ports, () => stop('tooLarge'))
    const outbound = await buildOutbound(vetted, ports.signer, ports.freshness(), body.digest)
    const response = await ports.fetch(outbound.url, {
      method: vetted.facts.method,
      headers: outbound.headers,
      redirect: 'manual',
      signal: attempt.signal,
      ...(body.content === null ? {} : { body: body.content }),
    })
    return { response }
  } catch (error) {
    return { failure: failureOf(error, state) }
  } finally {
    cancelTimer?.()
  }
}

interface OutboundBody {
  readonly content: ReadableStream<Uint8Array> | ArrayBuffer | null
  readonly digest: string | undefined
}

/**
 * Small bodies of a declared length are read whole, so that the signature can cover them; all others stream.
 * A declared length is held to by the runtime's parser, so only undeclared ones are counted on the way.
 */
async function readBody(
  incoming: Incoming,
  { facts, route }: Vetted,
  ports: ForwardPorts,
  onTooLarge: () => void,
): Promise<OutboundBody> {
  if (incoming.body === null || !facts.hasBody) return { content: null, digest: undefined }
  const declared = facts.headers.get('content-length')
  if (declared === undefined) {
    return { content: capStream(incoming.body, route.max_body, onTooLarge), digest: undefined }
  }
  if (Number(declared) > route.digest_body) {
    return { content: incoming.body, digest: undefined }
  }
  const content = await incoming.arrayBuffer()
  return { content, digest: formatContentDigest(new Uint8Array(await ports.sha256(content))) }
}

function failureOf(error: unknown, state: { timedOut: boolean; tooLarge: boolean; left: boolean }): Decision {
  if (state.tooLarge || error instanceof BodyTooLarge) return tooLarge
  if (state.timedOut) return timedOut
  return state.left ? clientLeft : unreachable
}

const base = { action: 'block', stage: 'forward', mode: 'enforce' } as const

const tooLarge: Decision = {
  ...base,
  rule: 'hygiene.body-too-large',
  stage: 'body',
  reason: BODY_TOO_LARGE.reason,
  fix: BODY_TOO_LARGE.fix,
  status: 413,
  close: true,
}
const timedOut: Decision = {
  ...base,
  rule: 'forward.timeout',
  reason: 'The origin did not answer in time.',
  fix: 'Raise `timeout` of the route in rules/routes/.',
  status: 504,
}
const clientLeft: Decision = {
  ...base,
  rule: 'forward.client-left',
  reason: 'The client closed the connection before the origin answered.',
  status: 499,
}
const unreachable: Decision = {
  ...base,
  rule: 'forward.unreachable',
  reason: 'The origin could not be reached or broke off.',
  fix: 'Check that the origin of the route in rules/routes/ is up and reachable from the edge.',
  status: 502,
}
