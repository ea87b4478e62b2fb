/**
 * Bodies are streamed under a cap: counted as they pass, never collected.
 * @module
 */

/** The error a capped stream fails with when it passes its cap. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
}

/** The error for a body that its client did not bring to an end. */
export class BodyBroken extends Error {
  override readonly name = 'BodyBroken'
}

/**
 * Passes a stream through until `cap` bytes, then fails it with {@link BodyTooLarge}; a stream that breaks off
 * fails with {@link BodyBroken}. For bodies whose length was not declared; a declared length is held to by the
 * HTTP parser.
 *
 * `onFailure` is called before the stream fails and must give up the request it is the body of: workerd writes
 * the last chunk of a failed stream as if the body were whole.
 */
export function capStream(
  stream: ReadableStream<Uint8Array>,
  cap: number,
  onFailure: (failure: BodyTooLarge | BodyBroken) => void,
): ReadableStream<Uint8Array> {
  const reader = stream.getReader()
  let seen = 0

  function fail(controller: ReadableStreamDefaultController, failure: BodyTooLarge | BodyBroken): void {
    onFailure(failure)
    controller.error(failure)
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await reader.read().catch(() => undefined)
        if (next === undefined) {
          fail(controller, new BodyBroken('the content broke off'))
        } else if (next.done) {
          controller.close()
        } else if (seen + next.value.byteLength > cap) {
          fail(controller, new BodyTooLarge('the content is larger than this route takes'))
          await reader.cancel()
        } else {
          seen += next.value.byteLength
          controller.enqueue(next.value)
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  )
}
