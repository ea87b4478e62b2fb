/**
 * Unwraps a body in authenticated chunks inside Node's own request: whoever reads the request, by whatever means,
 * reads the plain body, and no byte of it before its tag was checked.
 *
 * Node's parser hands a body over through `request.push`, one piece at a time. That method is taken over, so that
 * the stream itself, its buffer and its back-pressure stay Node's.
 * @module
 */
import type { IncomingMessage } from 'node:http'
import type { ChunkFault } from '../signature/body-unframe.ts'
import type { OpenUnframer } from './unframing.ts'

/** The error that a request fails with when its body is not the one the edge sent. */
export class BodyChainError extends Error {
  override readonly name = 'BodyChainError'
  readonly code = 'ERR_SALLYPORT_BODY'
  readonly fault: ChunkFault

  constructor(fault: ChunkFault) {
    super(
      fault === 'body-lost' ? 'the body did not arrive whole' : 'the body is not the one that the edge sent',
    )
    this.fault = fault
  }
}

/** A body that is held until it is known how to read it. Exactly one of the methods must be called. */
export interface HeldBody {
  /** Lets the body through as it came. */
  pass(): void
  /**
   * Lets the plain body through. When a chunk turns out to be wrong the request is destroyed with a
   * `BodyChainError`, which closes its connection; `onFault` hears of it. False when the request is already lost,
   * or somebody has begun to read it.
   */
  unwrap(open: OpenUnframer, onFault: (fault: ChunkFault) => void): boolean
}

type Push = IncomingMessage['push']

/** Best called in the turn that brought the request; what has come since then is in the stream's buffer. */
export function holdBody(request: IncomingMessage): HeldBody {
  const push: Push = request.push.bind(request)
  const isFresh = !request.readableDidRead && !request.destroyed
  // Of what is complete nothing more comes; it stays in the buffer, as to take it out would announce the end.
  const isComplete = request.complete
  const held: unknown[] = isFresh && !isComplete ? drain(request) : []
  let size = 0

  // At most what Node reads ahead: pushing back stops the socket.
  function hold(piece: unknown): boolean {
    held.push(piece)
    if (piece instanceof Uint8Array) size += piece.length
    return size < request.readableHighWaterMark
  }

  function letGo(through: Push): void {
    request.push = through
    for (const piece of held.splice(0)) through(piece)
  }

  request.push = hold
  return {
    pass: () => letGo(push),
    unwrap(open, onFault) {
      if (!isFresh || request.destroyed) return false
      if (isComplete) rewrap(request, open, onFault)
      else letGo(createPush(request, push, open, onFault))
      return true
    },
  }
}

/** Takes everything out of the buffer. */
function drain(request: IncomingMessage): unknown[] {
  const pieces: unknown[] = []
  while (request.readableLength > 0) pieces.push(request.read())
  return pieces
}

/** Puts the plain body in the place of one that has come whole, before its end is announced. */
function rewrap(request: IncomingMessage, open: OpenUnframer, onFault: (fault: ChunkFault) => void): void {
  const plain: Uint8Array[] = []
  const push = createPush(request, (piece) => plain.push(piece) > 0, open, onFault)
  for (const piece of drain(request)) push(piece)
  push(null)
  // The last of them is the end itself.
  const body = Buffer.concat(plain.slice(0, -1))
  if (!request.destroyed && body.length > 0) request.unshift(body)
}

function createPush(
  request: IncomingMessage,
  push: Push,
  open: OpenUnframer,
  onFault: (fault: ChunkFault) => void,
): Push {
  let isReady = true
  let isOver = false
  const unframer = open((payload) => {
    isReady = push(Buffer.from(payload.buffer, payload.byteOffset, payload.length))
  })

  function fail(fault: ChunkFault): boolean {
    isOver = true
    onFault(fault)
    request.destroy(new BodyChainError(fault))
    return false
  }

  return function pushChunks(piece: unknown): boolean {
    if (isOver) return false
    if (piece === null) {
      const fault = isDumped(request) ? undefined : unframer.end()
      return fault === undefined ? push(null) : fail(fault)
    }
    // Where nothing is released, more is needed first: to stop the socket then would be to wait for ever.
    isReady = true
    const fault = piece instanceof Uint8Array ? unframer.take(piece) : 'body-chunks'
    return fault === undefined ? isReady : fail(fault)
  }
}

/**
 * Whether Node throws the rest of the body away because the response is over: pieces are not pushed any more, and
 * their absence is no fault. Where a runtime has no such mark, the connection is closed in that case.
 */
function isDumped(request: IncomingMessage): boolean {
  return Reflect.get(request, '_dumped') === true
}
