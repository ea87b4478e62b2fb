/**
 * Reads the body of a `Request` that a digest covers.
 * @module
 */

/** What may stand for a body in a new `Request`. */
export type FetchedBody = Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null

/** All of the body, at most `max` bytes; what is more is not read. */
export async function readFetchedBody(
  request: Request,
  max: number,
): Promise<Uint8Array<ArrayBuffer> | 'too-large' | 'lost'> {
  if (request.body === null) return new Uint8Array()
  if (Number(request.headers.get('content-length') ?? 0) > max) return 'too-large'
  const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return join(chunks, size)
      size += value.length
      if (size > max) {
        await reader.cancel()
        return 'too-large'
      }
      chunks.push(value)
    }
  } catch {
    return 'lost'
  }
}

function join(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const body = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    body.set(chunk, at)
    at += chunk.length
  }
  return body
}
