/**
 * Reads a stream of bytes in pieces as large as what has come.
 * @module
 */
export interface PieceReader {
  /** The next piece, or `undefined` at the end. Rejects when the stream breaks off. */
  read(): Promise<Uint8Array | undefined>
  /** Never rejects. */
  cancel(): Promise<void>
}

/** Bytes of the first buffer that is offered, and of the largest. */
const FIRST = 16_384
const LARGEST = 262_144

/**
 * The runtime fills a buffer that is offered, where it would make one of 4 KiB for each piece by itself: that is
 * a fifth of the work for a large body. Buffers grow with what comes, so that a slow client holds little memory.
 * @param length Bytes that will come, when they are known.
 */
export function readPieces(stream: ReadableStream<Uint8Array>, length: number | undefined): PieceReader {
  const reader = openByob(stream)
  if (reader === undefined) return readAsIs(stream.getReader())
  let size = Math.max(1, Math.min(FIRST, length ?? FIRST))
  return {
    async read() {
      const { done, value } = await reader.read(new Uint8Array(size))
      if (done) return undefined
      if (value.byteLength === size) size = Math.min(LARGEST, size * 2)
      return value
    },
    cancel: () => reader.cancel().catch(() => {}),
  }
}

/** `undefined` for a stream that is not one of bytes. */
function openByob(stream: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | undefined {
  try {
    return stream.getReader({ mode: 'byob' })
  } catch {
    return undefined
  }
}

function readAsIs(reader: ReadableStreamDefaultReader<Uint8Array>): PieceReader {
  return {
    async read() {
      const { done, value } = await reader.read()
      return done ? undefined : value
    },
    cancel: () => reader.cancel().catch(() => {}),
  }
}
