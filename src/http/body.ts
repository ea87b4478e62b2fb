/**
 * Bodies are streamed under a cap: counted as they pass, never collected.
 * @module
 */

/** The error a capped stream fails with. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
}

/**
 * Passes a stream through until `cap` bytes, then fails it with {@link BodyTooLarge} and calls `onTooLarge`.
 * For bodies whose length was not declared; a declared length is held to by the HTTP parser.
 */
export function capStream(
  stream: ReadableStream<Uint8Array>,
  cap: number,
  onTooLarge: () => void,
): ReadableStream<Uint8Array> {
  let seen = 0
  return stream.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        seen += chunk.byteLength
        if (seen <= cap) {
          controller.enqueue(chunk)
          return
        }
        onTooLarge()
        controller.error(new BodyTooLarge('the content is larger than this route takes'))
      },
    }),
  )
}
