/**
 * The body of a request on its way to the origin: collected when it is small, watched while it streams.
 * @module
 */
import type { BodiesModel } from '../bundle/dos-model.ts'
import { BodyBroken, type BodyFailure, BodyRefused } from '../http/body.ts'
import { inspectBody } from '../http/body-guard/body-inspector.ts'
import { type BodyFault, decideFault } from '../http/body-guard/body-rules.ts'
import { type BodySource, collectBody, openBody, streamBody } from '../http/body-guard/body-source.ts'
import type { PaceClock } from '../http/body-guard/pace.ts'
import type { Scanner } from '../http/body-guard/scanner.ts'
import type { Decision } from '../http/decision.ts'
import { formatContentDigest } from '../signature/digest.ts'
import type { Vetted } from './outbound.ts'

/** The body of the incoming request, and the signal that its client has gone away. */
export interface Incoming {
  readonly body: ReadableStream<Uint8Array> | null
  readonly signal?: AbortSignal | undefined
  arrayBuffer(): Promise<ArrayBuffer>
}

/** A vetted request, and how its body is guarded: not at all without a guard or in its mode `off`. */
export interface ForwardRequest extends Vetted {
  readonly bodyGuard?: BodiesModel | undefined
}

export interface BodyPorts extends PaceClock {
  readonly sha256: (bytes: ArrayBuffer) => Promise<ArrayBuffer>
  /** The runtime's stream that declares its length: what comes out of others is sent in chunks. */
  readonly fixedLength: (length: number) => ReadableWritablePair<Uint8Array, Uint8Array>
}

/** How far a body is, for who watches the clock of the whole request. */
export interface BodyProgress {
  /** The edge is waiting for the client's content: the origin is not to blame. */
  isWaiting: () => boolean
  /** What `log` mode saw. */
  readonly logged: Decision[]
}

export interface OutboundBody {
  readonly content: ReadableStream<Uint8Array> | ArrayBuffer | null
  readonly digest: string | undefined
}

/** The digest of no content at all. */
const EMPTY_DIGEST = 'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:'

/** A guarded body of up to so many declared bytes is whole before the origin is asked: a slow one costs it nothing. */
export const COLLECTED_BYTES = 65_536

/** A declared length is held to by the runtime's parser; only a body without one is counted on the way. */
function declaredLength({ facts }: Vetted): number | undefined {
  const field = facts.headers.get('content-length')
  return field === undefined ? undefined : Number(field)
}

function guardOf({ bodyGuard }: ForwardRequest): BodiesModel | undefined {
  return bodyGuard?.mode === 'off' ? undefined : bodyGuard
}

/** Whether the body can fail while the origin is being asked. */
export function canFail({ body }: Incoming, request: ForwardRequest): boolean {
  if (!request.facts.hasBody || body === null) return false
  const length = declaredLength(request)
  return length === undefined || (guardOf(request) !== undefined && length > collectedBytes(request))
}

/** Bytes up to which a body of a declared length is collected. */
function collectedBytes(request: ForwardRequest): number {
  const { digest_body } = request.route
  return guardOf(request) === undefined ? digest_body : Math.max(digest_body, COLLECTED_BYTES)
}

/**
 * Small bodies of a declared length are read whole, so that the signature can cover them; all others stream.
 * Where content could stand and does not, that is covered too: nobody between the doors can add some. With GET
 * and HEAD the verifier takes no content anyway. Rejects with a {@link BodyFailure}.
 * @param onFailure Must give up the request to the origin, before the stream of its body fails.
 */
export async function readBody(
  incoming: Incoming,
  request: ForwardRequest,
  ports: BodyPorts,
  progress: BodyProgress,
  onFailure: (failure: BodyFailure) => void,
): Promise<OutboundBody> {
  const { facts, route } = request
  if (!facts.hasBody || incoming.body === null) {
    const covered = route.digest_body > 0 && facts.method !== 'GET' && facts.method !== 'HEAD'
    return { content: null, digest: covered ? EMPTY_DIGEST : undefined }
  }
  const length = declaredLength(request)
  const isCollected = length !== undefined && length <= collectedBytes(request)
  const guard = guardOf(request)
  if (guard === undefined && length !== undefined) {
    if (!isCollected) return { content: incoming.body, digest: undefined }
    return cover(await collectUnguarded(incoming, progress), request, ports)
  }
  const source = openGuarded(incoming.body, request, ports, progress.logged)
  progress.isWaiting = () => source.isWaiting
  if (isCollected) return cover(await collectBody(source), request, ports)
  const stream = streamBody(source, onFailure)
  const content = length === undefined ? stream : stream.pipeThrough(ports.fixedLength(length))
  return { content, digest: undefined }
}

async function collectUnguarded(incoming: Incoming, progress: BodyProgress): Promise<ArrayBuffer> {
  progress.isWaiting = () => true
  const content = await incoming.arrayBuffer().catch(() => {
    throw new BodyBroken('the content broke off')
  })
  progress.isWaiting = () => false
  return content
}

async function cover(
  content: ArrayBuffer,
  { route }: ForwardRequest,
  { sha256 }: BodyPorts,
): Promise<OutboundBody> {
  if (content.byteLength > route.digest_body) return { content, digest: undefined }
  return { content, digest: formatContentDigest(new Uint8Array(await sha256(content))) }
}

/** Throws {@link BodyRefused} when the header section is enough to refuse the body. */
function openGuarded(
  body: ReadableStream<Uint8Array>,
  request: ForwardRequest,
  clock: PaceClock,
  logged: Decision[],
): BodySource {
  const guard = guardOf(request)
  const { headers } = request.facts
  const cap = declaredLength(request) === undefined ? request.route.max_body : Number.POSITIVE_INFINITY

  function tolerates(fault: BodyFault): boolean {
    if (guard?.mode !== 'log') return false
    logged.push(decideFault(fault, 'log'))
    return true
  }

  function inspect(bounds: BodiesModel): Scanner | undefined {
    const found = inspectBody((name) => headers.get(name), bounds)
    if (typeof found !== 'string') return found
    if (!tolerates(found)) throw new BodyRefused(found)
    return undefined
  }

  return openBody(body, {
    length: declaredLength(request),
    cap,
    scanner: guard && inspect(guard),
    pace: guard && { bounds: guard, clock },
    tolerates,
  })
}
