import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BodyTooLarge, capStream } from '../../src/http/body.ts'

function open(chunks: readonly number[], cap: number) {
  const calls = { tooLarge: 0, pulled: 0 }
  const cancelled = Promise.withResolvers<void>()
  const pending = [...chunks]
  const source = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const next = pending.shift()
        if (next === undefined) {
          controller.close()
          return
        }
        calls.pulled++
        controller.enqueue(new Uint8Array(next).fill(next))
      },
      cancel() {
        cancelled.resolve()
      },
    },
    { highWaterMark: 0 },
  )
  const capped = capStream(source, cap, () => {
    calls.tooLarge++
  })
  return { calls, capped, cancelled: cancelled.promise }
}

async function drain(stream: ReadableStream<Uint8Array>): Promise<{ chunks: number[]; error?: unknown }> {
  const chunks: number[] = []
  try {
    for await (const chunk of stream) chunks.push(chunk.byteLength)
    return { chunks }
  } catch (error) {
    return { chunks, error }
  }
}

test('a body up to its cap passes chunk by chunk, and one byte more fails it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 8 }),
      fc.nat(40),
      async (sizes, cap) => {
        const { calls, capped } = open(sizes, cap)
        const { chunks, error } = await drain(capped)
        const total = sizes.reduce((sum, size) => sum + size, 0)
        if (total <= cap) {
          expect([chunks, error, calls.tooLarge]).toEqual([sizes, undefined, 0])
          return
        }
        expect(error).toBeInstanceOf(BodyTooLarge)
        expect(calls.tooLarge).toBe(1)
        expect(chunks.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(cap)
        expect(sizes.slice(0, chunks.length)).toEqual(chunks)
      },
    ),
  )
})

test('a body is not read ahead of its reader', async () => {
  const { calls, capped } = open(Array(100).fill(1), 1000)
  const reader = capped.getReader()
  await reader.read()
  expect(calls.pulled).toBeLessThan(5)
})

test('a body that is too large is not read to its end', async () => {
  const { calls, capped, cancelled } = open(Array(100).fill(10), 25)
  await drain(capped)
  await cancelled
  expect(calls.pulled).toBeLessThan(10)
})

test('a reader that stops reading stops the client', async () => {
  const { calls, capped, cancelled } = open(Array(100).fill(1), 1000)
  await capped.cancel()
  await cancelled
  expect(calls.tooLarge).toBe(0)
})
