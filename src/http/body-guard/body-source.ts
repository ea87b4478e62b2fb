/**
 * A body that is watched while it is read: its size, its pace and its content.
 * @module
 */
import { BodyBroken, type BodyFailure, BodyRefused, BodyTooLarge } from '../body.ts'
import type { PaceBounds } from './body-bounds.ts'
import type { BodyFault } from './body-rules.ts'
import { createPace, type Pace, type PaceClock } from './pace.ts'
import { readPieces } from './piece-reader.ts'
import type { Scanner } from './scanner.ts'

export interface BodyWatch {
  /** Bytes that will come, when they are known: the HTTP parser holds the client to them. */
  readonly length: number | undefined
  /** Bytes that may come. */
  readonly cap: number
  readonly scanner?: Scanner | undefined
  readonly pace?: { readonly bounds: PaceBounds; readonly clock: PaceClock } | undefined
  /** Hears of each kind of fault once. When it says so, the body goes on, and that is watched for no more. */
  readonly tolerates: (fault: BodyFault) => boolean
}

export interface BodySource {
  /** Whether the client is waited for right now. */
  readonly isWaiting: boolean
  /** The next piece, or `undefined` at the end. Rejects with a {@link BodyFailure}, and nothing else. */
  read(): Promise<Uint8Array | undefined>
  /** Gives the rest up. Never rejects. */
  cancel(): Promise<void>
}

export function openBody(stream: ReadableStream<Uint8Array>, watch: BodyWatch): BodySource {
  const { length, cap, tolerates } = watch
  const reader = readPieces(stream, length)
  let scanner = watch.scanner
  let received = 0
  let isWaiting = false
  let giveUp = (_failure: BodyFailure): void => {}
  const pace: Pace | undefined = watch.pace && createPace(watch.pace.bounds, watch.pace.clock, onSlow)

  function onSlow(): void {
    if (!tolerates('slow')) giveUp(new BodyRefused('slow'))
  }

  function judge(piece: Uint8Array | undefined): BodyFailure | undefined {
    if (piece === undefined && length !== undefined && received < length) return broken()
    received += piece?.byteLength ?? 0
    if (received > cap) return new BodyTooLarge('the content is larger than this route takes')
    // The end of a declared length is known before the last piece is handed on.
    const ends = piece === undefined ? received !== length : received === length
    const fault = (piece && scanner?.scan(piece)) ?? (ends ? scanner?.end() : undefined)
    if (fault === undefined) return undefined
    scanner = undefined
    return tolerates(fault) ? undefined : new BodyRefused(fault)
  }

  /** The next piece, as soon as it comes, unless it is given up before. */
  function next(): Promise<Uint8Array | undefined> {
    return new Promise((resolve, reject) => {
      giveUp = reject
      isWaiting = true
      pace?.wait()
      reader.read().then(resolve, () => reject(broken()))
    })
  }

  function stop(): Promise<void> {
    pace?.stop()
    scanner = undefined
    return reader.cancel()
  }

  async function take(): Promise<Uint8Array | undefined> {
    const piece = received === length ? undefined : await next()
    isWaiting = false
    pace?.receive(piece?.byteLength ?? 0)
    const failure = judge(piece)
    if (failure !== undefined) throw failure
    if (piece === undefined) pace?.stop()
    return piece
  }

  return {
    get isWaiting() {
      return isWaiting
    },
    read: () =>
      take().catch((failure: unknown) => {
        isWaiting = false
        // Not waited for: a client that does not send does not end either.
        void stop()
        throw failure
      }),
    cancel: stop,
  }
}

function broken(): BodyBroken {
  return new BodyBroken('the content broke off')
}

/** The rest of a body in one piece. Rejects as {@link BodySource.read} does. */
export async function collectBody(source: BodySource): Promise<ArrayBuffer> {
  const pieces: Uint8Array[] = []
  let size = 0
  for (let piece = await source.read(); piece !== undefined; piece = await source.read()) {
    pieces.push(piece)
    size += piece.byteLength
  }
  const [first] = pieces
  // Most small bodies come in one piece, in a buffer of their own size.
  if (first?.byteLength === size && first.buffer.byteLength === size && first.buffer instanceof ArrayBuffer)
    return first.buffer
  const whole = new Uint8Array(size)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.byteLength
  }
  return whole.buffer
}

/**
 * A body as a stream, read no further ahead than its reader asks.
 *
 * `onFailure` is called before the stream fails and must give up the request it is the body of: workerd writes
 * the last chunk of a failed stream as if the body were whole.
 */
export function streamBody(
  source: BodySource,
  onFailure: (failure: BodyFailure) => void,
): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const piece = await source.read()
          if (piece === undefined) controller.close()
          else controller.enqueue(piece)
        } catch (failure) {
          onFailure(failure as BodyFailure)
          controller.error(failure)
        }
      },
      cancel: () => source.cancel(),
    },
    { highWaterMark: 0 },
  )
}
