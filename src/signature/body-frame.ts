/**
 * The edge's half of a body in authenticated chunks: one chunk at a time is filled, tagged and given away.
 * @module
 */
import { type BodyPlan, CHAIN_LABEL, HEADER_BYTES, writeChunkHeader } from './body-chain.ts'
import type { Mac } from './sign.ts'

export interface FramerOptions {
  readonly plan: BodyPlan
  /** The key that signed the request. */
  readonly mac: Mac
  /** The bytes of the request's signature, which are as many as those of a tag. */
  readonly signature: Uint8Array
}

/** Holds one chunk of `plan.size` bytes, and nothing else. */
export interface Framer {
  /** Copies what still fits into the chunk; gives the number of bytes taken. */
  add(piece: Uint8Array): number
  /** Whether the chunk must be sealed before more is added. */
  isFull(): boolean
  /**
   * The chunk as it goes on the wire, in a buffer of its own; the next one begins. Only the `last` may be less
   * than full. Rejects as `mac` does.
   */
  seal(last: boolean): Promise<Uint8Array<ArrayBuffer>>
}

export function createFramer({ plan, mac, signature }: FramerOptions): Framer {
  const tagBytes = signature.length
  // Label, tag before, header and payload stand as they are signed; header, payload and tag as they are sent.
  const headerAt = CHAIN_LABEL.length + tagBytes
  const payloadAt = headerAt + HEADER_BYTES
  let left = plan.length ?? Number.POSITIVE_INFINITY
  let chunk = begin(signature)
  let room = Math.min(plan.size, left)
  let used = 0

  function begin(before: Uint8Array): Uint8Array<ArrayBuffer> {
    const fresh = new Uint8Array(payloadAt + Math.min(plan.size, left) + tagBytes)
    fresh.set(CHAIN_LABEL)
    fresh.set(before, CHAIN_LABEL.length)
    return fresh
  }

  return {
    add(piece) {
      const taken = Math.min(piece.length, room - used)
      chunk.set(taken === piece.length ? piece : piece.subarray(0, taken), payloadAt + used)
      used += taken
      return taken
    },
    isFull: () => used === room,
    async seal(last) {
      const sealed = chunk
      const end = payloadAt + used
      writeChunkHeader(sealed, headerAt, used, last)
      const tag = new Uint8Array(await mac(sealed.subarray(0, end)))
      sealed.set(tag, end)
      left -= used
      used = 0
      room = Math.min(plan.size, left)
      if (!last) chunk = begin(tag)
      return sealed.subarray(headerAt, end + tagBytes)
    },
  }
}
