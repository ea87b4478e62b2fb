/**
 * The origin's half of a body in authenticated chunks: nothing of a chunk is given away before its tag is right.
 * @module
 */
import { type BodyPlan, CHAIN_LABEL, HEADER_BYTES, readChunkHeader } from './body-chain.ts'

/**
 * - `body-chunks`: a tag, a length or the order is wrong, or something follows the last chunk.
 * - `body-lost`: the end came before the last chunk.
 */
export type ChunkFault = 'body-chunks' | 'body-lost'

export interface UnframerOptions {
  readonly plan: BodyPlan
  /** The bytes of the request's signature, which are as many as those of a tag. */
  readonly signature: Uint8Array
  /** True when `tag` is right for the bytes of the parts, one after another; by the key that signed the request. */
  readonly check: (parts: readonly Uint8Array[], tag: Uint8Array) => boolean
  /** Takes the payload of a chunk that is right, never empty, in a buffer of its own. */
  readonly release: (payload: Uint8Array<ArrayBuffer>) => void
}

/** Holds one chunk of at most `plan.size` bytes. After a fault it takes nothing more. */
export interface Unframer {
  /** Reads on, however the bytes were cut on their way. */
  take(bytes: Uint8Array): ChunkFault | undefined
  /** To be asked when no more bytes come. */
  end(): ChunkFault | undefined
}

/** Bytes to come, in a buffer that is filled piece by piece. */
interface Wanted {
  readonly bytes: Uint8Array<ArrayBuffer>
  filled: number
}

function want(length: number): Wanted {
  return { bytes: new Uint8Array(length), filled: 0 }
}

export function createUnframer({ plan, signature, check, release }: UnframerOptions): Unframer {
  const tagBytes = signature.length
  let header = want(HEADER_BYTES)
  let payload: Wanted | undefined
  let before: Uint8Array = signature
  let isLast = false
  let total = 0
  let state: 'open' | 'complete' | ChunkFault = 'open'

  /** Whether the length that a header tells can be that of the next chunk. */
  function fits(length: number, last: boolean): boolean {
    const sum = total + length
    if (plan.length === undefined) return last ? length <= plan.size : length === plan.size
    if (last) return length <= plan.size && sum === plan.length
    // What is full and leaves nothing to come is the last: a declared length has one way to be cut.
    return length === plan.size && sum < plan.length
  }

  function openChunk(): boolean {
    const { length, last } = readChunkHeader(header.bytes)
    if (!fits(length, last)) return false
    isLast = last
    // The tag is collected behind the payload.
    payload = want(length + tagBytes)
    return true
  }

  function closeChunk({ bytes }: Wanted): boolean {
    const length = bytes.length - tagBytes
    const content = bytes.subarray(0, length)
    const tag = bytes.subarray(length)
    if (!check([CHAIN_LABEL, before, header.bytes, content], tag)) return false
    before = tag.slice()
    total += length
    header = want(HEADER_BYTES)
    payload = undefined
    if (isLast) state = 'complete'
    if (length > 0) release(content)
    return true
  }

  function advance(bytes: Uint8Array, at: number): number {
    const wanted = payload ?? header
    const taken = Math.min(bytes.length - at, wanted.bytes.length - wanted.filled)
    wanted.bytes.set(bytes.subarray(at, at + taken), wanted.filled)
    wanted.filled += taken
    if (wanted.filled < wanted.bytes.length) return at + taken
    const right = wanted === header ? openChunk() : closeChunk(wanted)
    if (!right) state = 'body-chunks'
    return at + taken
  }

  return {
    take(bytes) {
      let at = 0
      while (at < bytes.length && state === 'open') at = advance(bytes, at)
      if (at < bytes.length && state === 'complete') state = 'body-chunks'
      return state === 'open' || state === 'complete' ? undefined : state
    },
    end() {
      if (state === 'open') state = 'body-lost'
      return state === 'complete' ? undefined : state
    },
  }
}
