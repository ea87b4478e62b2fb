import { describe, expect, it } from 'vitest'
import { MAX_KEPT } from '../../src/ingress/challenge/kept-form.ts'
import type { Timer } from '../../src/ingress/limits/deadline.ts'
import { readForm as readWithin } from '../../src/worker/challenge-form.ts'

const never: Timer = () => () => {}
const readForm = (body: ReadableStream<Uint8Array> | null) => readWithin(body, never)

/** Content that comes in these pieces; the last one is waited for in vain when it is `null`. */
function stream(...pieces: readonly (Uint8Array<ArrayBuffer> | string | null)[]): ReadableStream<Uint8Array> {
  const left = [...pieces]
  return new ReadableStream({
    pull(controller) {
      const piece = left.shift()
      if (piece === undefined) return controller.close()
      if (piece === null) return new Promise(() => {})
      controller.enqueue(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece)
    },
  })
}

describe('the content of a form', () => {
  it('is put together as it came, also where a character was cut', async () => {
    expect(await readForm(stream('a=', new Uint8Array([0xc3]), new Uint8Array([0xa4]), '&b=1'))).toBe(
      'a=ä&b=1',
    )
    expect(await readForm(stream('a=', new Uint8Array([0xc3])))).toBe('a=\ufffd')
    expect(await readForm(stream('\ufeffa=1'))).toBe('\ufeffa=1')
  })

  it('is not there when there is none, too much of it, or it breaks off', async () => {
    expect(await readForm(null)).toBeUndefined()
    expect(await readForm(stream('x'.repeat(MAX_KEPT)))).toHaveLength(MAX_KEPT)
    expect(await readForm(stream('x'.repeat(MAX_KEPT), 'x', null))).toBeUndefined()
    const broken = new ReadableStream<Uint8Array>({ pull: () => Promise.reject(new Error('left')) })
    expect(await readForm(broken)).toBeUndefined()
  })

  it('is not waited for when it does not come', async () => {
    const timer: Timer = (ms, fire) => {
      expect(ms).toBe(10_000)
      queueMicrotask(fire)
      return () => {}
    }
    expect(await readWithin(stream('a', null), timer)).toBeUndefined()
  })

  it('takes as much memory as has come of it, whatever else is promised', async () => {
    const before = process.memoryUsage().arrayBuffers
    for (let i = 0; i < 400; i++) void readForm(stream('a', null))
    await new Promise((resolve) => setTimeout(resolve, 0))
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan((400 * MAX_KEPT) / 4)
  })
})
