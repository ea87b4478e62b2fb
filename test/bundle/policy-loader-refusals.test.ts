import { describe, expect, test } from 'vitest'
import {
  type Manifest,
  type ManifestBlob,
  manifestKey,
  POINTER_KEY,
  type SignedPointer,
} from '../../src/bundle/delivery.ts'
import { parseJson, toJsonBytes } from '../../src/bundle/json-bytes.ts'
import type { RefusalReason } from '../../src/bundle/refusal.ts'
import { sha256Hex } from '../../src/bundle/sha256.ts'
import { encodeSignedPointer } from '../../src/bundle/sign-pointer.ts'
import { changePointer, FRESH, openWarm, publish, readSigned, type World } from './delivery-world.ts'
import { createFakeIsolate } from './fake-isolate.ts'
import type { FakeKv } from './fake-kv.ts'
import { markedParts } from './policy-model.ts'
import { createPolicyKey, createPublisher } from './publisher.ts'

/** Replaces the bytes of every blob, or removes it. */
function eachBlob(
  kv: FakeKv,
  change: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer> | null,
): void {
  for (const key of kv.keys().filter((name) => name.startsWith('blob/'))) {
    const value = change(kv.get(key) ?? new Uint8Array())
    if (value) kv.put({ key, value })
    else kv.remove(key)
  }
}

function flipLast(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const copy = bytes.slice()
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1
  return copy
}

describe('what runs goes on running', () => {
  const cases: readonly (readonly [string, RefusalReason, (world: World) => void | Promise<void>])[] = [
    [
      'the signature is stripped',
      'malformed-pointer',
      ({ kv }) => {
        const { payload, kid } = readSigned(kv)
        kv.put({ key: POINTER_KEY, value: toJsonBytes({ payload, kid }) })
      },
    ],
    [
      'the pointer is not signed at all',
      'malformed-pointer',
      async ({ kv, publisher }) => {
        kv.put({ key: POINTER_KEY, value: toJsonBytes(await publisher.read()) })
      },
    ],
    [
      'the signature is that of an older pointer',
      'bad-signature',
      ({ kv }) => {
        const old = parseJson(kv.get('history/1') ?? new Uint8Array()) as SignedPointer
        kv.put({ key: POINTER_KEY, value: toJsonBytes({ ...readSigned(kv), signature: old.signature }) })
      },
    ],
    [
      'the payload was changed',
      'bad-signature',
      ({ kv }) => {
        const signed = readSigned(kv)
        const payload = `${signed.payload.slice(0, 40)}${signed.payload[40] === 'A' ? 'B' : 'A'}${signed.payload.slice(41)}`
        kv.put({ key: POINTER_KEY, value: toJsonBytes({ ...signed, payload }) })
      },
    ],
    [
      'somebody else has signed',
      'unknown-key',
      async ({ kv, clock }) => {
        const other = await createPublisher(kv, clock.now, await createPolicyKey('other'))
        kv.put({
          key: POINTER_KEY,
          value: encodeSignedPointer(
            await other.sign({
              protocol: 1,
              serial: 9,
              issued_at: 0,
              active: { version: '0'.repeat(16), manifest: 'a'.repeat(64) },
            }),
          ),
        })
      },
    ],
    [
      'somebody else has signed under the same kid',
      'bad-signature',
      async ({ kv, clock, publisher }) => {
        const other = await createPublisher(kv, clock.now, await createPolicyKey('p1'))
        const pointer = await publisher.read()
        if (pointer)
          kv.put({
            key: POINTER_KEY,
            value: encodeSignedPointer(await other.sign({ ...pointer, serial: 9 })),
          })
      },
    ],
    [
      'the pointer is not JSON',
      'malformed-pointer',
      ({ kv }) => kv.put({ key: POINTER_KEY, value: new Uint8Array(9) }),
    ],
    [
      'the pointer is huge',
      'malformed-pointer',
      ({ kv }) => kv.put({ key: POINTER_KEY, value: new Uint8Array(1 << 20) }),
    ],
    ['the pointer is gone', 'missing-pointer', ({ kv }) => kv.remove(POINTER_KEY)],
    [
      'the protocol is not known',
      'unknown-protocol',
      (world) => changePointer(world, (p) => ({ ...p, protocol: 2 })),
    ],
    [
      'the pointer has another shape',
      'bad-pointer',
      (world) => changePointer(world, (p) => ({ ...p, active: 1 })),
    ],
    [
      'the pointer is an old one',
      'old-serial',
      (world) => changePointer(world, (p) => ({ ...p, serial: 1 })),
    ],
    [
      'the pointer has expired',
      'expired',
      (world) => changePointer(world, (p) => ({ ...p, not_after: world.clock.now() / 1000 - 1 })),
    ],
    [
      'the manifest is not there',
      'missing-manifest',
      async ({ kv, publisher }) => kv.remove(`manifest/${(await publisher.read())?.active.manifest}`),
    ],
    [
      'the manifest is another one',
      'hash-mismatch',
      async ({ kv, publisher }) =>
        kv.put({ key: `manifest/${(await publisher.read())?.active.manifest}`, value: toJsonBytes({}) }),
    ],
    [
      'the version is not that of the manifest',
      'version-mismatch',
      (world) => changePointer(world, (p) => ({ ...p, active: { ...p.active, version: 'f'.repeat(16) } })),
    ],
    ['a blob is not there', 'missing-blob', ({ kv }) => eachBlob(kv, () => null)],
    ['a blob was changed', 'hash-mismatch', ({ kv }) => eachBlob(kv, flipLast)],
    ['a blob was cut off', 'hash-mismatch', ({ kv }) => eachBlob(kv, (bytes) => bytes.slice(0, -4))],
    [
      'the store fails',
      'store-failed',
      ({ reader }) => {
        reader.before = () => {
          throw new TypeError('down')
        }
      },
    ],
  ]

  test.each(cases)('when %s (%s)', async (_, reason, harm) => {
    const world = await openWarm()
    // Not 'old-serial' from a pointer of the same serial: let the isolate run something newer first.
    if (reason === 'old-serial') {
      expect(await world.served(FRESH)).toEqual([2, 2])
      await harm(world)
      expect(await world.served(FRESH)).toEqual([2, 2])
    } else {
      await harm(world)
      expect(await world.served(FRESH)).toEqual([1, 1])
    }
    expect(world.refusals()).toEqual({ [reason]: 1 })
    expect(world.isolate.loader.status().lastRefusal?.reason).toBe(reason)
    expect(world.isolate.events.at(-1)).toMatchObject({ kind: 'refused', reason })
    expect(world.isolate.linked.map(({ version }) => version)).not.toContain(9)
  })

  /** Publishes parts that are signed and whole, and no policy. */
  test.each<readonly [string, RefusalReason, (model: Record<string, unknown>) => unknown]>([
    ['the schema is not known', 'unknown-schema', (model) => ({ ...model, schema: 4 })],
    ['the model has another shape', 'bad-bundle', (model) => ({ ...model, routes: 1 })],
    [
      'a part is missing',
      'bad-bundle',
      (model) => ({ ...model, lists: [{ name: 'x', kind: 'ip', part: 'list/x', count: 1 }] }),
    ],
  ])('when %s (%s)', async (_, reason, change) => {
    const world = await openWarm()
    const parts = new Map(markedParts(3))
    const model = parseJson(parts.get('policy.json') ?? new Uint8Array()) as Record<string, unknown>
    parts.set('policy.json', toJsonBytes(change(model)))
    await world.publisher.publish(publish, parts)
    expect(await world.served(FRESH)).toEqual([1, 1])
    expect(world.refusals()).toEqual({ [reason]: 1 })
  })

  /** Publishes serial 2 again as serial 3, with a manifest that was changed, and whose hash and signature are right. */
  async function publishManifest(
    { kv, publisher }: World,
    change: (manifest: Manifest) => unknown,
  ): Promise<void> {
    const pointer = await publisher.read()
    const bytes = pointer && kv.get(manifestKey(pointer.active.manifest))
    if (!bytes) throw new Error('nothing is published')
    const value = toJsonBytes(change(parseJson(bytes) as Manifest))
    const manifest = await sha256Hex(value)
    kv.put({ key: manifestKey(manifest), value })
    const active = { ...pointer.active, manifest }
    const signed = await publisher.sign({ ...pointer, serial: 3, active })
    kv.put({ key: POINTER_KEY, value: encodeSignedPointer(signed) })
  }

  const firstBlob = ({ blobs: [blob] }: Manifest): ManifestBlob => {
    if (!blob) throw new Error('no blob')
    return blob
  }
  const withBlob = (manifest: Manifest, change: (blob: ManifestBlob) => unknown): unknown => ({
    ...manifest,
    blobs: manifest.blobs.with(0, change(firstBlob(manifest)) as ManifestBlob),
  })

  test.each<readonly [string, RefusalReason, (manifest: Manifest) => unknown]>([
    ['is of another protocol', 'unknown-protocol', (m) => ({ ...m, protocol: 2 })],
    ['is of another schema', 'unknown-schema', (m) => ({ ...m, schema: 4 })],
    ['names another version', 'version-mismatch', (m) => ({ ...m, version: 'f'.repeat(16) })],
    ['has a field that is not known', 'bad-manifest', (m) => ({ ...m, run: 'x' })],
    ['has the same blob twice', 'bad-manifest', (m) => ({ ...m, blobs: [...m.blobs, firstBlob(m)] })],
    ['calls a container one part', 'bad-manifest', (m) => withBlob(m, (b) => ({ ...b, format: 'part' }))],
    [
      'has more bytes than an isolate takes',
      'bad-manifest',
      (m) => ({
        ...m,
        blobs: ['a', 'b'].map((x) => ({
          sha256: x.repeat(64),
          bytes: 20_000_000,
          format: 'part',
          parts: [{ name: x, sha256: x.repeat(64), bytes: 20_000_000 }],
        })),
      }),
    ],
    [
      'names a part that the container has not',
      'hash-mismatch',
      (m) =>
        withBlob(m, (b) => ({ ...b, parts: b.parts.map((part) => ({ ...part, name: `${part.name}x` })) })),
    ],
    [
      'gives a part another hash',
      'hash-mismatch',
      (m) =>
        withBlob(m, (b) => ({ ...b, parts: b.parts.map((part) => ({ ...part, sha256: 'a'.repeat(64) })) })),
    ],
    [
      'gives a part another length',
      'hash-mismatch',
      (m) =>
        withBlob(m, (b) => ({ ...b, parts: b.parts.map((part) => ({ ...part, bytes: part.bytes + 1 })) })),
    ],
  ])('when the manifest %s (%s)', async (_, reason, change) => {
    const world = await openWarm()
    await publishManifest(world, change)
    expect(await world.served(FRESH)).toEqual([1, 1])
    expect(world.refusals()).toEqual({ [reason]: 1 })
  })

  test('when pointer and manifest agree on a version that the model has not', async () => {
    const world = await openWarm()
    const version = 'f'.repeat(16)
    await publishManifest(world, (manifest) => ({ ...manifest, version }))
    await changePointer(world, (pointer) => ({ ...pointer, active: { ...pointer.active, version } }))
    expect(await world.served(FRESH)).toEqual([1, 1])
    expect(world.refusals()).toEqual({ 'version-mismatch': 1 })
  })

  test('when the schema is not known, and no blob is read for that', async () => {
    const world = await openWarm()
    const { length } = world.reader.asked
    await publishManifest(world, (manifest) => ({ ...manifest, schema: 4 }))
    await world.served(FRESH)
    expect(world.reader.asked.slice(length).map(({ key }) => key.split('/')[0])).toEqual([
      'pointer',
      'manifest',
    ])
  })

  test('when the stages cannot be built', async () => {
    const world = await openWarm({
      link: ({ bundle }) => {
        if (bundle.model.version.endsWith('2')) throw new RangeError('secret text')
      },
    })
    expect(await world.served(FRESH)).toEqual([1, 1])
    expect(world.refusals()).toEqual({ 'not-linkable': 1 })
    expect(JSON.stringify(world.isolate.events)).not.toContain('secret')
  })

  test('when two publications have the same serial', async () => {
    const world = await openWarm()
    expect(await world.served(FRESH)).toEqual([2, 2])
    await changePointer(world, (pointer) => ({ ...pointer, active: pointer.previous ?? pointer.active }))
    expect(await world.served(FRESH)).toEqual([2, 2])
    expect(world.refusals()).toEqual({ 'reused-serial': 1 })
  })

  test('when a cold isolate is given an old pointer, it runs that: only a least serial tells', async () => {
    const world = await openWarm()
    const old = world.kv.get('history/1')
    if (old) world.kv.put({ key: POINTER_KEY, value: old })
    const cold = createFakeIsolate({
      store: world.kv.reader(),
      verify: world.publisher.verify,
      clock: world.clock,
    })
    expect((await cold.request()).serial).toBe(1)
    const held = createFakeIsolate({
      store: world.kv.reader(),
      verify: world.publisher.verify,
      clock: world.clock,
      minSerial: 2,
    })
    expect((await held.request()).serial).toBe(0)
  })
})
