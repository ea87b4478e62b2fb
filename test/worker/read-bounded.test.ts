import { expect, test } from 'vitest'
import { readBounded } from '../../src/worker/read-bounded.ts'

/** A stream of endless chunks of ten bytes; `taken` counts them. */
function endless(): { stream: ReadableStream<Uint8Array>; taken: () => number; cancelled: () => boolean } {
  let taken = 0
  let cancelled = false
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        taken++
        controller.enqueue(new Uint8Array(10).fill(taken))
      },
      cancel() {
        cancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  return { stream, taken: () => taken, cancelled: () => cancelled }
}

test('a stream that is short enough comes whole and in order', async () => {
  const stream = new Blob(['one', 'two', 'three']).stream()
  expect(new TextDecoder().decode(await readBounded(stream, 11))).toBe('onetwothree')
  expect((await readBounded(new Blob(['one']).stream(), 11)).byteLength).toBe(3)
  expect((await readBounded(new Blob([]).stream(), 0)).byteLength).toBe(0)
})

test('a stream that is too long is cancelled, and what came shows that it is too long', async () => {
  const { stream, taken, cancelled } = endless()
  const bytes = await readBounded(stream, 25)
  expect(bytes.byteLength).toBe(26)
  expect(taken()).toBe(3)
  expect(cancelled()).toBe(true)
})

test('a stream that fails is a failure', async () => {
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.error(new Error('gone')),
  })
  await expect(readBounded(stream, 9)).rejects.toThrow('gone')
})
