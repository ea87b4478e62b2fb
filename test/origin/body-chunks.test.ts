import { once } from 'node:events'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { BodyChainError, holdBody } from '../../src/origin/body-chunks.ts'
import { unwrapStream } from '../../src/origin/fetched-chunks.ts'
import type { OpenUnframer } from '../../src/origin/unframing.ts'
import { createUnframer } from '../../src/signature/body-unframe.ts'
import { type ChunkOptions, frame, tagsBy } from '../signature/chunk-fixtures.ts'
import { HMAC_KEY } from '../signature/keys-fixture.ts'

const OPTIONS: ChunkOptions = { plan: { size: 16_384 }, signature: new Uint8Array(32) }

const open: OpenUnframer = (release) => createUnframer({ ...OPTIONS, check: tagsBy(HMAC_KEY).check, release })

/** A request into which the test pushes what Node's parser would. */
function openRequest(): IncomingMessage {
  const request = new IncomingMessage(new Socket())
  // What goes wrong is seen on the request.
  request.socket.on('error', () => undefined)
  return request
}

const body = Buffer.alloc(100_000, 'sallyport')
const chunks = await frame(body, OPTIONS)

test('a chunk is read the moment its tag is whole, and nothing of it before', async () => {
  const request = openRequest()
  holdBody(request).unwrap(open, () => undefined)
  const [first = Buffer.alloc(0)] = chunks
  for (let at = 0; at < first.length - 1; at += 1000)
    request.push(first.subarray(at, Math.min(at + 1000, first.length - 1)))
  expect(request.readableLength).toBe(0)
  request.push(first.subarray(-1))
  expect(request.readableLength).toBe(16_384)
  expect(request.read()).toEqual(body.subarray(0, 16_384))
})

test('a reader that is slow stops the socket, and no more than a chunk is held besides', () => {
  const request = openRequest()
  holdBody(request).unwrap(open, () => undefined)
  const wire = Buffer.concat(chunks)
  let at = 0
  // Node's parser pushes until it is told to stop.
  while (request.push(wire.subarray(at, at + 4096))) at += 4096
  expect(request.readableLength).toBeGreaterThanOrEqual(request.readableHighWaterMark)
  expect(at).toBeLessThanOrEqual(request.readableHighWaterMark + 16_384 + 4096)
})

test('what comes before the body is let through is held, up to what Node reads ahead', async () => {
  const request = openRequest()
  const held = holdBody(request)
  const wire = Buffer.concat(chunks)
  let at = 0
  while (request.push(wire.subarray(at, at + 4096))) at += 4096
  expect([request.readableLength, at + 4096]).toEqual([0, request.readableHighWaterMark])
  held.unwrap(open, () => undefined)
  request.push(wire.subarray(at + 4096))
  request.push(null)
  expect((await buffer(request)).equals(body)).toBe(true)
})

test('a body that is let through as it came is as it came', async () => {
  const request = openRequest()
  const held = holdBody(request)
  request.push(Buffer.from('as it '))
  held.pass()
  request.push(Buffer.from('came'))
  request.push(null)
  expect(String(await buffer(request))).toBe('as it came')
})

test('after a wrong chunk the request fails once, and nothing more is taken', async () => {
  const request = openRequest()
  const faults: string[] = []
  holdBody(request).unwrap(open, (fault) => faults.push(fault))
  const failed = once(request, 'error')
  request.push(chunks[1])
  request.push(chunks[0])
  request.push(null)
  const [error] = await failed
  expect(error).toBeInstanceOf(BodyChainError)
  expect(error).toMatchObject({ code: 'ERR_SALLYPORT_BODY', fault: 'body-chunks' })
  expect([request.destroyed, request.readableLength, faults]).toEqual([true, 0, ['body-chunks']])
  expect(request.socket.destroyed).toBe(true)
})

test('without anybody who listens a wrong chunk brings nothing down', async () => {
  const request = openRequest()
  holdBody(request).unwrap(open, () => undefined)
  request.push(Buffer.alloc(100, 0xff))
  // Not `once`, which would listen for errors too.
  await new Promise((resolve) => request.on('close', resolve))
  expect(request.destroyed).toBe(true)
})

test('a request that is lost before it was admitted is not let through', async () => {
  const request = openRequest()
  const held = holdBody(request)
  for (const chunk of chunks) request.push(chunk)
  request.destroy()
  await setImmediate()
  expect(held.unwrap(open, () => undefined)).toBe(false)
})

function streamOf(
  pieces: readonly Uint8Array[],
  onCancel = (): void => undefined,
): ReadableStream<Uint8Array> {
  const left = [...pieces]
  return new ReadableStream({
    pull(controller) {
      const piece = left.shift()
      if (piece) controller.enqueue(piece)
      else controller.close()
    },
    cancel: onCancel,
  })
}

test('a stream of chunks is read as the plain body', async () => {
  const wire = Buffer.concat(chunks)
  const pieces = [wire.subarray(0, 1), wire.subarray(1, 50_000), wire.subarray(50_000)]
  const plain = unwrapStream(streamOf(pieces), open, () => undefined)
  expect((await buffer(plain)).equals(body)).toBe(true)
})

test('a stream with a wrong chunk, or cut short, fails and is given up', async () => {
  for (const [pieces, wanted] of [
    [[chunks[0], chunks[2], chunks[3]], 'body-chunks'],
    [chunks.slice(0, -1), 'body-lost'],
  ] as const) {
    const faults: string[] = []
    const given = pieces.map((piece) => piece ?? new Uint8Array())
    const plain = unwrapStream(streamOf(given), open, (fault) => faults.push(fault))
    await expect(buffer(plain)).rejects.toThrow(BodyChainError)
    expect(faults).toEqual([wanted])
  }
})

test('a stream that is given up gives up the one below', async () => {
  let cancelled = 0
  const source = streamOf(chunks, () => {
    cancelled++
  })
  await unwrapStream(source, open, () => undefined).cancel()
  expect(cancelled).toBe(1)
})

describe('behind middleware that waits', () => {
  const wire = Buffer.concat(chunks)

  test('what has come meanwhile is unwrapped too', async () => {
    for (const at of [1, 4, 20_000, wire.length - 1, wire.length]) {
      const request = openRequest()
      request.push(wire.subarray(0, at))
      await setImmediate()
      const held = holdBody(request)
      request.push(wire.subarray(at))
      held.unwrap(open, () => undefined)
      request.push(null)
      expect((await buffer(request)).equals(body)).toBe(true)
    }
  })

  test('a body that has come whole is unwrapped too, or fails whole', async () => {
    const faults: string[] = []
    for (const [bytes, expected] of [
      [wire, body],
      [wire.subarray(0, -1), undefined],
      [Buffer.concat([wire.subarray(0, 10), Buffer.of(255), wire.subarray(11)]), undefined],
    ] as const) {
      const request = openRequest()
      request.push(bytes)
      request.complete = true
      request.push(null)
      await setImmediate()
      expect(holdBody(request).unwrap(open, (fault) => faults.push(fault))).toBe(true)
      const read = buffer(request)
      if (expected) expect((await read).equals(expected)).toBe(true)
      else await expect(read).rejects.toThrow()
    }
    expect(faults).toEqual(['body-lost', 'body-chunks'])
  })

  test('a body that somebody has begun to read is not let through', async () => {
    const request = openRequest()
    request.push(wire.subarray(0, 100))
    request.read(10)
    expect(holdBody(request).unwrap(open, () => undefined)).toBe(false)
  })

  test('what is let through as it came is all there', async () => {
    const request = openRequest()
    request.push(Buffer.from('as it '))
    await setImmediate()
    const held = holdBody(request)
    request.push(Buffer.from('came'))
    held.pass()
    request.push(null)
    expect(String(await buffer(request))).toBe('as it came')
  })
})
