/**
 * A body on its way to the origin in authenticated chunks.
 * @module
 */
import type { BodyFailure } from '../http/body.ts'
import { type BodySource, streamBody } from '../http/body-guard/body-source.ts'
import { fromBase64 } from '../signature/base64.ts'
import { type BodyPlan, framedLength } from '../signature/body-chain.ts'
import { createFramer, type Framer } from '../signature/body-frame.ts'
import { LABEL } from '../signature/profile.ts'
import type { Mac } from '../signature/sign.ts'

export interface ChunkPorts {
  /** Of the key that signs requests. */
  readonly mac: Mac
  /** The runtime's stream that declares its length: what comes out of others is sent in chunks of HTTP. */
  readonly fixedLength: (length: number) => ReadableWritablePair<Uint8Array, Uint8Array>
}

/**
 * The chunks of a body, each read when it is asked for: one is held at a time. When `source` fails there is no
 * last chunk, and the origin knows.
 * @param signature Value of the request's `Signature`, which the chunks are chained to.
 * @param onFailure See `streamBody`.
 */
export function openChunks(
  source: BodySource,
  plan: BodyPlan,
  signature: string,
  { mac, fixedLength }: ChunkPorts,
  onFailure: (failure: BodyFailure) => void,
): ReadableStream<Uint8Array> {
  const bytes = fromBase64(signature.slice(LABEL.length + 2, -1))
  const framer = createFramer({ plan, mac, signature: bytes })
  const stream = streamBody(chunkBody(source, framer, plan.length), onFailure)
  if (plan.length === undefined) return stream
  return stream.pipeThrough(fixedLength(framedLength(plan.length, plan.size, bytes.length)))
}

/** Waits until a chunk is full or the content ends; the chunk that completes a known `length` is the last. */
function chunkBody(source: BodySource, framer: Framer, length: number | undefined): BodySource {
  let rest: Uint8Array = new Uint8Array()
  let received = 0
  let isOver = false

  /** False at the end of the content. */
  async function fill(): Promise<boolean> {
    while (!framer.isFull()) {
      if (rest.length === 0) {
        const piece = await source.read()
        if (piece === undefined) return false
        rest = piece
        received += piece.length
      }
      rest = rest.subarray(framer.add(rest))
    }
    return true
  }

  return {
    get isWaiting() {
      return source.isWaiting
    },
    async read() {
      if (isOver) return undefined
      const isMore = await fill()
      isOver = !isMore || (received === length && rest.length === 0)
      return framer.seal(isOver)
    },
    cancel: () => source.cancel(),
  }
}
