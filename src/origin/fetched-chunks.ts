/**
 * Unwraps the body of a `Request` that comes in authenticated chunks.
 * @module
 */
import type { ChunkFault } from '../signature/body-unframe.ts'
import { BodyChainError } from './body-chunks.ts'
import type { OpenUnframer } from './unframing.ts'

/**
 * The plain body, each chunk once its tag was checked. When one is wrong the stream fails with a
 * `BodyChainError`, and `onFault` hears of it.
 */
export function unwrapStream(
  body: ReadableStream<Uint8Array>,
  open: OpenUnframer,
  onFault: (fault: ChunkFault) => unknown,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader()
  const ready: Uint8Array<ArrayBuffer>[] = []
  const unframer = open((payload) => ready.push(payload))

  async function pull(controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): Promise<void> {
    for (;;) {
      const payload = ready.shift()
      if (payload) {
        controller.enqueue(payload)
        return
      }
      const { done, value } = await reader.read()
      const fault = done ? unframer.end() : unframer.take(value)
      if (fault) {
        onFault(fault)
        // Not waited for: a peer that sends nothing more does not end either.
        reader.cancel().catch(() => undefined)
        controller.error(new BodyChainError(fault))
        return
      }
      if (done) {
        controller.close()
        return
      }
    }
  }

  return new ReadableStream({ pull, cancel: (reason) => reader.cancel(reason) }, { highWaterMark: 0 })
}
