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
import { CHUNK_SIZE, formatBodyPlan } from '../signature/body-chain.ts'
import { formatContentDigest } from '../signature/digest.ts'
import { type ChunkPorts, openChunks } from './chunked-body.ts'
import type { BodyCover, Vetted } from './outbound.ts'

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

export interface BodyPorts extends PaceClock, ChunkPorts {
  readonly sha256: (bytes: ArrayBuffer) => Promise<ArrayBuffer>
}

/** How far a body is, for who watches the clock of the whole request. */
export interface BodyProgress {
  /** The edge is waiting for the client's content: the origin is not to blame. */
  isWaiting: () => boolean
  /** What `log` mode saw. */
  readonly logged: Decision[]
}

export type OutboundContent = ReadableStream<Uint8Array> | ArrayBuffer | null

export interface OutboundBody {
  readonly cover: BodyCover
  /** The content, to be asked for once. Chunks are chained to the request's own `Signature`. */
  readonly open: (signature: string) => OutboundContent
}

/** The digest of no content at all. */
const EMPTY_DIGEST = 'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:'

/**
 * A guarded body of up to so many declared bytes is whole before the origin is asked: a slow one costs it nothing.
 * The same where all are signed: a digest costs less than chunks, and every verifier that reads bodies knows it.
 */
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
  if (length === undefined) return true
  return (guardOf(request) !== undefined || signsAll(request)) && length > collectedBytes(request)
}

/** Whether bodies that are not held go in authenticated chunks. */
function signsAll({ route }: Vetted): boolean {
  return route.sign_body === 'all'
}

/** Bytes up to which a body of a declared length is collected. */
function collectedBytes(request: ForwardRequest): number {
  const { digest_body } = request.route
  const isLean = guardOf(request) === undefined && !signsAll(request)
  return isLean ? digest_body : Math.max(digest_body, COLLECTED_BYTES)
}

/**
 * Small bodies of a declared length are read whole, so that the signature can cover them; all others stream, in
 * authenticated chunks where the route signs all.
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
  if (!request.facts.hasBody || incoming.body === null) return coverNothing(request)
  const length = declaredLength(request)
  const isCollected = length !== undefined && length <= collectedBytes(request)
  if (guardOf(request) === undefined && length !== undefined) {
    if (isCollected) return cover(await collectUnguarded(incoming, progress), request, ports)
    const { body } = incoming
    if (!signsAll(request)) return { cover: {}, open: () => body }
  }
  const source = openGuarded(incoming.body, request, ports, progress.logged)
  progress.isWaiting = () => source.isWaiting
  if (isCollected) return cover(await collectBody(source), request, ports)
  if (signsAll(request)) return chain(source, length, ports, onFailure)
  const stream = streamBody(source, onFailure)
  const content = length === undefined ? stream : stream.pipeThrough(ports.fixedLength(length))
  return { cover: {}, open: () => content }
}

function coverNothing(request: ForwardRequest): OutboundBody {
  const { facts, route } = request
  const isCovered = route.digest_body > 0 || signsAll(request)
  const hasNone = facts.method === 'GET' || facts.method === 'HEAD'
  return { cover: isCovered && !hasNone ? { contentDigest: EMPTY_DIGEST } : {}, open: () => null }
}

/** What is not held goes in chunks that the request's signature begins; what was declared stays so. */
function chain(
  source: BodySource,
  length: number | undefined,
  ports: BodyPorts,
  onFailure: (failure: BodyFailure) => void,
): OutboundBody {
  const plan = length === undefined ? { size: CHUNK_SIZE } : { size: CHUNK_SIZE, length }
  return {
    cover: { body: formatBodyPlan(plan) },
    open: (signature) => openChunks(source, plan, signature, ports, onFailure),
  }
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
  request: ForwardRequest,
  { sha256 }: BodyPorts,
): Promise<OutboundBody> {
  const open = (): ArrayBuffer => content
  if (content.byteLength > request.route.digest_body && !signsAll(request)) return { cover: {}, open }
  return { cover: { contentDigest: formatContentDigest(new Uint8Array(await sha256(content))) }, open }
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
