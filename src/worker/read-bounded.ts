/**
 * A stream as one buffer, as long as it is not too long.
 * @module
 */

/**
 * All bytes of the stream; of one with more than `most`, a buffer that is longer than `most` and holds nothing:
 * the stream is cancelled at the chunk that goes beyond. A value of just `most` bytes is in memory once.
 * Rejects with what the stream fails with.
 */
export async function readBounded(stream: ReadableStream<Uint8Array>, most: number): Promise<ArrayBuffer> {
  const held = new Uint8Array(most)
  let size = 0
  for await (const chunk of stream) {
    // Leaving the loop early cancels the stream.
    if (size + chunk.length > most) return new ArrayBuffer(most + 1)
    held.set(chunk, size)
    size += chunk.length
  }
  return size === most ? held.buffer : held.buffer.slice(0, size)
}
