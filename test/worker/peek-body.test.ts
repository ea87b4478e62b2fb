import { describe, expect, test } from 'vitest'
import { PEEK_BYTES, peekBody } from '../../src/worker/peek-body.ts'
import { startTimer } from '../../src/worker/start-timer.ts'

const never = (): (() => void) => () => {}

/** A request whose content comes in these pieces, and then ends, breaks off or goes silent. */
function requestOf(pieces: readonly Uint8Array[], end: 'ends' | 'breaks off' | 'goes silent'): Request {
  let next = 0
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = pieces[next++]
      if (piece) controller.enqueue(piece)
      else if (end === 'ends') controller.close()
      else if (end === 'breaks off') controller.error(new Error('gone'))
      else return new Promise(() => {})
      return
    },
  })
  const init: RequestInit & { duplex: 'half' } = { method: 'POST', body, duplex: 'half' }
  return new Request('https://www.example.com/', init)
}

const bytesOf = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 7) & 255)
const binary = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const cut = (bytes: Uint8Array, size: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.slice(i * size, (i + 1) * size))

describe('a look at content', () => {
  test.each([
    [0, 1],
    [1, 1],
    [1024, 1024],
    [1025, 100],
    [5000, 1],
    [PEEK_BYTES - 1, 4096],
  ])('of %i bytes in pieces of %i sees all of it, and leaves it for the origin', async (length, size) => {
    const bytes = bytesOf(length)
    const request = requestOf(cut(bytes, size), 'ends')
    const seen = await peekBody(request, undefined, undefined, 1000, never)
    expect(seen).toEqual({ raw: binary(bytes), size: length, truncated: false })
    expect(binary(new Uint8Array(await request.arrayBuffer()))).toBe(binary(bytes))
  })

  test.each([4096, 70_000, 100_000])('that is too much sees the beginning, in pieces of %i', async (size) => {
    const bytes = bytesOf(100_000)
    const raw = binary(bytes.subarray(0, PEEK_BYTES))
    expect(await peekBody(requestOf(cut(bytes, size), 'ends'), undefined, 100_000, 1000, never)).toEqual({
      raw,
      size: 100_000,
      truncated: true,
    })
  })

  test('of as much as is looked at is whole when its length was declared', async () => {
    const seen = await peekBody(requestOf([bytesOf(PEEK_BYTES)], 'ends'), 'identity', PEEK_BYTES, 1000, never)
    expect([seen?.size, seen?.truncated]).toEqual([PEEK_BYTES, false])
  })

  test.each(['gzip', 'br', 'made-up', 'gzip, gzip'])(
    'in the coding %s tells it as cut, and as empty',
    async (coding) => {
      const request = requestOf([bytesOf(10)], 'ends')
      expect(await peekBody(request, coding, 10, 1000, never)).toEqual({ raw: '', size: 10, truncated: true })
      expect((await request.arrayBuffer()).byteLength).toBe(10)
    },
  )

  test('of a request without any sees nothing', async () => {
    expect(
      await peekBody(new Request('https://www.example.com/'), undefined, undefined, 1000, never),
    ).toBeUndefined()
  })

  test.each(['breaks off', 'goes silent'] as const)('that %s tells it as cut, and as empty', async (end) => {
    const seen = await peekBody(requestOf([bytesOf(10)], end), undefined, 500, 20, startTimer)
    expect(seen).toEqual({ raw: '', size: 500, truncated: true })
  })
})
