/** What every adapter must do with a body in authenticated chunks, in its framework's own terms. */
import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DecisionRecord } from '../../src/origin/record.ts'
import type { VerifierOptions } from '../../src/origin/verifier.ts'
import { type ChunkedOptions, chunkRequest, writeChunked } from '../origin/chunked-request.ts'
import { addField } from '../origin/edge.ts'
import { sendRaw } from '../origin/raw-client.ts'
import { CLIENT } from '../signature/fixtures.ts'
import { ED25519_KEY, HMAC_KEY } from '../signature/keys-fixture.ts'
import type { RunningApp } from './origin-adapter.ts'

/** What an application answers to a POST it has read to the end. */
export interface ReadBody {
  readonly sha256: string
  readonly contentLength: string | null
  readonly transferEncoding: string | null
  /** Names of fields of ours that it saw. */
  readonly ours: readonly string[]
  readonly ip: string
}

/** What the application reports besides its answers. */
export interface Witness {
  /** The body was read to its end. */
  onEnd(): void
}

export interface ChunkedAdapter {
  readonly name: string
  /**
   * Starts an application: POST to `/json` answers the parsed JSON by the framework's own parser, `/unread` answers
   * `unread` without reading, and any other path with `ReadBody` once all was read as a stream or by a parser.
   */
  start(options: VerifierOptions, witness: Witness): Promise<RunningApp>
}

const sha256 = (body: Uint8Array): string => createHash('sha256').update(body).digest('hex')
const SIZES = [0, 1, 65_535, 65_536, 65_537, 5 * 1024 * 1024]

/** No two chunks of it are alike. */
function fill(length: number): Buffer {
  return Buffer.alloc(length, PATTERN)
}

const PATTERN = Buffer.from(Array.from({ length: 251 }, (_, i) => i))

export function testChunkedBodies(adapter: ChunkedAdapter): void {
  describe(`a body in authenticated chunks: ${adapter.name}`, () => {
    const records: DecisionRecord[] = []
    let ends = 0
    let app: RunningApp
    let slow: RunningApp

    beforeAll(async () => {
      const options: VerifierOptions = {
        keys: { keys: [HMAC_KEY, ED25519_KEY] },
        onDecision: (record) => records.push(record),
      }
      const witness: Witness = {
        onEnd: () => {
          ends++
        },
      }
      app = await adapter.start(options, witness)
      const claim = (): Promise<'fresh'> => new Promise((resolve) => setTimeout(resolve, 30, 'fresh'))
      slow = await adapter.start({ ...options, replay: { claim } }, witness)
    })
    afterAll(async () => {
      await app.close()
      await slow.close()
    })

    async function post(
      body: Uint8Array,
      options: ChunkedOptions,
      change: (wire: Uint8Array) => readonly Uint8Array[] = (wire) => [wire],
      how: 'length' | 'chunks' = options.isDeclared ? 'length' : 'chunks',
      port = app.port,
    ) {
      const { received, chunks } = await chunkRequest(body, options)
      records.length = 0
      ends = 0
      const closing = addField(received, 'Connection', 'close')
      const response = await sendRaw(
        port,
        ...writeChunked(closing, change(Buffer.concat(chunks)), how),
      ).catch(() => ({ status: 0, head: '', body: '' }))
      return { ...response, failures: records.map(({ failure }) => failure) }
    }

    describe.each([
      { key: HMAC_KEY, sizes: SIZES },
      { key: ED25519_KEY, sizes: [0, 65_537] },
    ])('by $key.alg', ({ key, sizes }) => {
      test.each(sizes)('of %d bytes arrives plain, declared or not', async (size) => {
        const body = fill(size)
        for (const isDeclared of [true, false]) {
          const { status, body: text, failures } = await post(body, { isDeclared, key })
          expect(status, text).toBe(200)
          const read: ReadBody = JSON.parse(text)
          expect(read).toEqual({
            sha256: sha256(body),
            contentLength: isDeclared ? String(size) : null,
            transferEncoding: isDeclared ? null : 'chunked',
            ours: [],
            ip: CLIENT.ip,
          })
          expect(failures).toEqual([undefined])
          expect(ends).toBe(1)
        }
      })
    })

    test.each([0, 1, 65_537])('of %d bytes arrives when a proxy changes how HTTP frames it', async (size) => {
      const body = fill(size)
      for (const isDeclared of [true, false]) {
        const how = isDeclared ? 'chunks' : 'length'
        const { status, body: text } = await post(body, { isDeclared }, undefined, how)
        expect([status, JSON.parse(text).sha256]).toEqual([200, sha256(body)])
        expect(JSON.parse(text).contentLength).toBe(isDeclared ? String(size) : null)
      }
    })

    test('arrives when it is there before the replay store has answered', async () => {
      for (const size of [0, 5, 100_000]) {
        const body = fill(size)
        for (const isDeclared of [true, false]) {
          const { status, body: text } = await post(body, { isDeclared }, undefined, undefined, slow.port)
          expect([status, JSON.parse(text).sha256]).toEqual([200, sha256(body)])
        }
      }
    })

    test('arrives in small chunks, in small pieces', async () => {
      const body = fill(1000)
      const cut = (wire: Uint8Array): Uint8Array[] => [
        ...Array.from({ length: 8 }, (_, i) => wire.subarray(i, i + 1)),
        wire.subarray(8),
      ]
      const { body: text } = await post(body, { isDeclared: false, size: 7 }, cut)
      expect(JSON.parse(text).sha256).toBe(sha256(body))
    })

    test('is parsed by the framework', async () => {
      const value = { a: 'å', list: Array.from({ length: 20_000 }, (_, i) => i) }
      const body = Buffer.from(JSON.stringify(value))
      for (const isDeclared of [true, false]) {
        const options = { isDeclared, target: '/json', type: 'application/json' }
        const { status, body: text } = await post(body, options)
        expect(status, text).toBe(200)
        expect(JSON.parse(Buffer.from(text, 'latin1').toString())).toEqual(value)
      }
    })

    const broken: [string, string, (wire: Uint8Array) => readonly Uint8Array[]][] = [
      ['with a bit flipped in its first chunk', 'body-chunks', (wire) => [flip(wire, 5)]],
      ['with a bit flipped in a tag', 'body-chunks', (wire) => [flip(wire, 65_545)]],
      ['with a bit flipped in its last chunk', 'body-chunks', (wire) => [flip(wire, wire.length - 40)]],
      ['with its last bit flipped', 'body-chunks', (wire) => [flip(wire, wire.length - 1)]],
    ]
    test.each(broken)('%s fails, and so does its connection', async (_, failure, change) => {
      for (const isDeclared of [true, false]) {
        const { status, failures } = await post(fill(200_000), { isDeclared }, change)
        expect([status === 200, ends, failures]).toEqual([false, 0, [undefined, failure]])
      }
    })

    const cutShort: [string, string, (wire: Uint8Array) => readonly Uint8Array[]][] = [
      ['without its last chunk', 'body-lost', (wire) => [wire.subarray(0, 65_572 * 3)]],
      ['without its last byte', 'body-lost', (wire) => [wire.subarray(0, -1)]],
      ['with a byte too many', 'body-chunks', (wire) => [wire, Buffer.of(0)]],
      ['with all of it twice', 'body-chunks', (wire) => [wire, wire]],
      ['with nothing at all', 'body-lost', () => []],
    ]
    test.each(cutShort)('%s fails', async (_, failure, change) => {
      for (const isDeclared of [true, false]) {
        const { status, failures } = await post(fill(200_000), { isDeclared }, change, 'chunks')
        expect([status === 200, ends, failures]).toEqual([false, 0, [undefined, failure]])
      }
    })

    test('fails though all of it is there before the replay store has answered', async () => {
      for (const change of [
        (wire: Uint8Array) => [flip(wire, 10)],
        (wire: Uint8Array) => [wire.subarray(0, -1)],
      ]) {
        const { status } = await post(fill(1000), { isDeclared: false }, change, 'chunks', slow.port)
        expect([status === 200, ends]).toEqual([false, 0])
      }
    })

    test('is refused when its length is not that of the chunks', async () => {
      const { received, chunks } = await chunkRequest(fill(1000), { isDeclared: true })
      records.length = 0
      ends = 0
      const closing = addField(received, 'Connection', 'close')
      // The head alone: who still writes when the server closes may lose the answer.
      const [head = ''] = writeChunked(closing, [...chunks, Buffer.of(0)], 'length')
      const { status } = await sendRaw(app.port, head)
      expect([status, records.at(-1)?.failure, ends]).toEqual([403, 'body-chunks', 0])
    })

    test('may be left unread: that is no failure', async () => {
      for (const isDeclared of [true, false]) {
        const { status, body, failures } = await post(fill(5_000), { isDeclared, target: '/unread' })
        expect([status, body, failures]).toEqual([200, 'unread', [undefined]])
      }
    })

    test('is not read to an end when the client leaves', async () => {
      const { received, chunks } = await chunkRequest(fill(300_000), { isDeclared: false })
      records.length = 0
      ends = 0
      const [head = '', first = ''] = writeChunked(received, chunks, 'chunks')
      const socket = connect(app.port, '127.0.0.1')
      socket.on('error', () => undefined)
      socket.write(head + first, 'latin1')
      await expect.poll(() => records.length).toBe(1)
      socket.destroy()
      const { status } = await post(fill(10), { isDeclared: true })
      expect([status, ends]).toEqual([200, 1])
    })

    test('is taken only behind its own signature', async () => {
      const one = await chunkRequest(fill(1000), { isDeclared: false })
      const two = await chunkRequest(fill(1000), { isDeclared: false })
      records.length = 0
      ends = 0
      const closing = addField(one.received, 'Connection', 'close')
      const response = await sendRaw(app.port, ...writeChunked(closing, two.chunks, 'chunks')).catch(
        () => undefined,
      )
      expect([response?.status === 200, ends]).toEqual([false, 0])
      expect(records.map(({ failure }) => failure)).toEqual([undefined, 'body-chunks'])
    })

    test('is refused whole by a verifier that was told so', async () => {
      const deaf = await adapter.start(
        { keys: { keys: [HMAC_KEY] }, acceptBodyChunks: false },
        { onEnd: () => undefined },
      )
      const { status } = await post(fill(10), { isDeclared: true }, undefined, undefined, deaf.port)
      await deaf.close()
      expect(status).toBe(403)
    })
  })
}

function flip(wire: Uint8Array, at: number): Uint8Array {
  const flipped = Buffer.from(wire)
  flipped[at] = (flipped[at] ?? 0) ^ 1
  return flipped
}
