import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { BodyBroken, BodyRefused, BodyTooLarge } from '../../../src/http/body.ts'
import type { BodyFault } from '../../../src/http/body-guard/body-rules.ts'
import {
  type BodyWatch,
  collectBody,
  openBody,
  streamBody,
} from '../../../src/http/body-guard/body-source.ts'
import type { Scanner } from '../../../src/http/body-guard/scanner.ts'
import { BOUNDS } from './bounds.ts'
import { createFakeTime } from './fake-time.ts'

const WATCH: BodyWatch = { length: undefined, cap: Number.POSITIVE_INFINITY, tolerates: () => false }

function open(sizes: readonly number[], watch: Partial<BodyWatch>, type?: 'bytes') {
  const calls = { failed: 0, pulled: 0 }
  const cancelled = Promise.withResolvers<void>()
  const pending = [...sizes]
  const source = {
    pull(controller: ReadableStreamDefaultController<Uint8Array> | ReadableByteStreamController) {
      const next = pending.shift()
      if (next === undefined) {
        controller.close()
        // Only a stream of bytes has a request, which it wants answered.
        if ('byobRequest' in controller) controller.byobRequest?.respond(0)
        return
      }
      calls.pulled++
      controller.enqueue(new Uint8Array(next).fill(next))
    },
    cancel: () => cancelled.resolve(),
  }
  const body =
    type === 'bytes'
      ? new ReadableStream({ ...source, type: 'bytes' as const })
      : new ReadableStream<Uint8Array>(source, { highWaterMark: 0 })
  const opened = openBody(body, { ...WATCH, ...watch })
  return {
    calls,
    opened,
    cancelled: cancelled.promise,
    stream: () => streamBody(opened, () => calls.failed++),
  }
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

const never: ReadableStream<Uint8Array> = new ReadableStream({ pull: () => new Promise(() => {}) })

describe('a body', () => {
  test('up to its cap passes piece by piece, and one byte more fails it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 8 }),
        fc.nat(40),
        async (sizes, cap) => {
          const { calls, stream } = open(sizes, { cap })
          const { chunks, error } = await drain(stream())
          const total = sizes.reduce((sum, size) => sum + size, 0)
          if (total <= cap) {
            expect([chunks, error, calls.failed]).toEqual([sizes, undefined, 0])
            return
          }
          expect(error).toBeInstanceOf(BodyTooLarge)
          expect(calls.failed).toBe(1)
          expect(chunks.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(cap)
          expect(sizes.slice(0, chunks.length)).toEqual(chunks)
        },
      ),
    )
  })

  test('is the same whether streamed or collected, from a stream of bytes or of pieces', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 1, maxLength: 6 })
    const types = fc.constantFrom(undefined, 'bytes' as const)
    await fc.assert(
      fc.asyncProperty(sizes, types, fc.boolean(), async (pieces, type, isDeclared) => {
        const whole = Buffer.concat(pieces.map((size) => Buffer.alloc(size, size)))
        const watch = { length: isDeclared ? whole.length : undefined }
        expect(Buffer.from(await collectBody(open(pieces, watch, type).opened)).equals(whole)).toBe(true)
        const streamed = await new Response(open(pieces, watch, type).stream()).arrayBuffer()
        expect(Buffer.from(streamed).equals(whole)).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  it('is not read ahead of its reader', async () => {
    const { calls, stream } = open(Array(100).fill(1), { cap: 1000 })
    await stream().getReader().read()
    expect(calls.pulled).toBeLessThan(5)
  })

  it('that is too large is not read to its end', async () => {
    const { calls, stream, cancelled } = open(Array(100).fill(10), { cap: 25 })
    await drain(stream())
    await cancelled
    expect(calls.pulled).toBeLessThan(10)
  })

  it('whose reader stops reading stops the client', async () => {
    const { calls, stream, cancelled } = open(Array(100).fill(1), { cap: 1000 })
    await stream().cancel()
    await cancelled
    expect(calls.failed).toBe(0)
  })

  it('that ends before its declared length is broken', async () => {
    await expect(collectBody(open([5], { length: 6 }).opened)).rejects.toBeInstanceOf(BodyBroken)
  })
})

/** Refuses the piece of a size, or the end. */
function refuse(size: number | 'end'): Scanner {
  return {
    scan: (bytes) => (bytes.length === size ? 'json-depth' : undefined),
    end: () => (size === 'end' ? 'json-malformed' : undefined),
  }
}

describe('a body with a scanner', () => {
  it('fails at the piece that is refused, which is not handed on', async () => {
    const { stream, calls, cancelled } = open([1, 2, 3], { scanner: refuse(2) })
    const { chunks, error } = await drain(stream())
    expect([chunks, (error as BodyRefused).fault, calls.failed]).toEqual([[1], 'json-depth', 1])
    await cancelled
  })

  it('of declared length is judged before its last piece is handed on', async () => {
    const { stream } = open([1, 2], { scanner: refuse('end'), length: 3 })
    const { chunks, error } = await drain(stream())
    expect([chunks, (error as BodyRefused).fault]).toEqual([[1], 'json-malformed'])
  })

  it('of undeclared length is judged at its end, before it ends for the origin', async () => {
    const { error } = await drain(open([1, 2], { scanner: refuse('end') }).stream())
    expect(error).toBeInstanceOf(BodyRefused)
  })

  it('goes on when faults are tolerated, and each is told once', async () => {
    const seen: BodyFault[] = []
    const tolerates = (fault: BodyFault): boolean => seen.push(fault) > 0
    const { chunks } = await drain(open([2, 2, 1], { scanner: refuse(2), tolerates }).stream())
    expect([chunks, seen]).toEqual([[2, 2, 1], ['json-depth']])
  })
})

describe('a body that does not come', () => {
  it('is refused as slow', async () => {
    const time = createFakeTime()
    const source = openBody(never, { ...WATCH, pace: { bounds: BOUNDS, clock: time } })
    const read = source.read()
    const refused = expect(read).rejects.toMatchObject({ name: 'BodyRefused', fault: 'slow' })
    expect(source.isWaiting).toBe(true)
    await time.pass(10_001)
    await refused
    expect([source.isWaiting, time.timers]).toEqual([false, 0])
  })

  it('is waited for when that is tolerated, and told once', async () => {
    const time = createFakeTime()
    const seen: BodyFault[] = []
    const source = openBody(new ReadableStream({ pull: () => new Promise(() => {}) }), {
      ...WATCH,
      pace: { bounds: BOUNDS, clock: time },
      tolerates: (fault) => seen.push(fault) > 0,
    })
    source.read().catch(() => {})
    await time.pass(1_000_000)
    expect([seen, source.isWaiting, time.timers]).toEqual([['slow'], true, 0])
  })
})
