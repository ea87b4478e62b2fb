import { describe, expect, test } from 'vitest'
import { openContainer } from '../../src/bundle/container.ts'
import { type Manifest, POINTER_KEY } from '../../src/bundle/delivery.ts'
import { isManifest } from '../../src/bundle/delivery-shape.ts'
import { parseJson } from '../../src/bundle/json-bytes.ts'
import type { PublicationAction } from '../../src/bundle/next-pointer.ts'
import { packParts } from '../../src/bundle/pack-parts.ts'
import { planPublication } from '../../src/bundle/plan-publication.ts'
import { sha256Hex } from '../../src/bundle/sha256.ts'
import { createFakeKv, type FakeKv } from './fake-kv.ts'
import { markedParts } from './policy-model.ts'
import { createPublisher, type Publisher } from './publisher.ts'

const NOW = 1_800_000_000_000

async function open(): Promise<{ kv: FakeKv; publisher: Publisher }> {
  const kv = createFakeKv(() => NOW)
  return { kv, publisher: await createPublisher(kv, () => NOW) }
}

const publish = { kind: 'publish' } as const
const shadow = { kind: 'shadow' } as const
const promote = { kind: 'promote' } as const

function manifestOf(kv: FakeKv, sha256: string): Manifest {
  const value = parseJson(kv.get(`manifest/${sha256}`) ?? new Uint8Array())
  if (!isManifest(value)) throw new Error('no manifest')
  return value
}

describe('a publication', () => {
  test('is written in an order in which every prefix is safe: blobs, manifest, history, pointer', async () => {
    const { publisher } = await open()
    const writes = await publisher.plan(publish, markedParts(1))
    const kinds = writes.map(({ key }) => key.split('/')[0])
    expect(kinds).toEqual(['blob', 'blob', 'blob', 'manifest', 'history', 'pointer'])
    expect(writes.at(-1)?.value).toEqual(writes.at(-2)?.value)
  })

  test('holds each value under the hash of its bytes', async () => {
    const { publisher } = await open()
    for (const { key, value } of await publisher.plan(publish, markedParts(1))) {
      const [kind, name] = key.split('/')
      if (kind === 'blob' || kind === 'manifest') expect(await sha256Hex(value)).toBe(name)
    }
  })

  test('of a small policy is one blob', async () => {
    const { publisher } = await open()
    const writes = await publisher.plan(publish, markedParts(1, { large: false }))
    expect(writes.filter(({ key }) => key.startsWith('blob/'))).toHaveLength(1)
  })

  test('writes only what has changed', async () => {
    const { kv, publisher } = await open()
    await publisher.publish(publish, markedParts(1))
    const before = new Set(kv.keys())
    const writes = await publisher.plan(publish, markedParts(2))
    const kinds = writes.map(({ key }) => key.split('/')[0])
    expect(kinds).toEqual(['blob', 'blob', 'manifest', 'history', 'pointer'])
    expect(writes.filter(({ key }) => before.has(key)).map(({ key }) => key)).toEqual([POINTER_KEY])
  })

  test('names who, when and why in the history', async () => {
    const { publisher } = await open()
    const writes = await publisher.plan(publish, markedParts(1), {
      who: 'ada',
      message: 'first',
      commit: 'c0ffee',
    })
    expect(writes.find(({ key }) => key === 'history/1')?.metadata).toEqual({
      serial: 1,
      when: new Date(NOW).toISOString(),
      action: 'publish',
      version: '0000000000000001',
      who: 'ada',
      message: 'first',
    })
    const manifest = parseJson(
      writes.find(({ key }) => key.startsWith('manifest/'))?.value ?? new Uint8Array(),
    )
    expect(manifest).toMatchObject({ commit: 'c0ffee', schema: 3, version: '0000000000000001' })
  })

  test('takes the serial after the highest that was ever used', async () => {
    const { publisher } = await open()
    expect((await publisher.publish(publish, markedParts(1))).serial).toBe(1)
    expect((await publisher.publish(publish, markedParts(2), { highestSerial: 41 })).serial).toBe(42)
    expect((await publisher.publish(publish, markedParts(3))).serial).toBe(43)
  })

  test('counts the bytes that are written and shared', async () => {
    const { publisher, kv } = await open()
    await publisher.publish(publish, markedParts(1))
    const result = await planPublication({
      action: publish,
      parts: markedParts(2),
      current: await publisher.read(),
      highestSerial: 1,
      present: new Set(kv.keys()),
      now: 1,
      salt: 's',
    })
    const shared = markedParts(2).get('list/shared')?.length
    expect(result.ok && result.plan.bytes.shared).toBe(shared)
  })
})

describe('the pointer', () => {
  test('goes through shadow, a share of clients and promotion', async () => {
    const { publisher } = await open()
    const first = await publisher.publish(publish, markedParts(1))
    const shadowed = await publisher.publish(shadow, markedParts(2))
    expect(shadowed).toMatchObject({ serial: 2, active: first.active, rollout: { mode: 'shadow' } })
    const ten = await publisher.publish({ kind: 'percent', percent: 10 }, markedParts(2))
    expect(ten.rollout).toMatchObject({ mode: 'percent', percent: 10, salt: shadowed.rollout?.salt })
    const fifty = await publisher.publish({ kind: 'percent', percent: 50 })
    expect(fifty.rollout).toEqual({ ...ten.rollout, percent: 50 })
    const promoted = await publisher.publish(promote)
    expect(promoted).toMatchObject({ serial: 5, active: ten.rollout?.candidate, previous: first.active })
    expect(promoted.rollout).toBeUndefined()
  })

  test('gives another candidate another salt', async () => {
    const { publisher } = await open()
    await publisher.publish(publish, markedParts(1))
    const one = await publisher.publish(shadow, markedParts(2))
    const two = await publisher.publish(shadow, markedParts(3))
    expect(two.rollout?.salt).not.toBe(one.rollout?.salt)
  })

  test('goes back to what was active at a serial, under a new serial', async () => {
    const { publisher } = await open()
    const first = await publisher.publish(publish, markedParts(1))
    await publisher.publish(publish, markedParts(2))
    const back = await publisher.publish({ kind: 'rollback', serial: 1 })
    expect(back).toMatchObject({ serial: 3, active: first.active })
  })

  test('loses its candidate by a publication and by a rollback', async () => {
    const { publisher } = await open()
    await publisher.publish(publish, markedParts(1))
    await publisher.publish(shadow, markedParts(2))
    expect((await publisher.publish(publish, markedParts(1))).rollout).toBeUndefined()
    await publisher.publish(shadow, markedParts(2))
    expect((await publisher.publish({ kind: 'rollback', serial: 1 })).rollout).toBeUndefined()
  })

  test('keeps its kill switches until they are turned back', async () => {
    const { publisher } = await open()
    await publisher.publish(publish, markedParts(1))
    await publisher.publish({ kind: 'kill', stage: 'rules' })
    const both = await publisher.publish({ kind: 'kill', stage: 'access' })
    expect(both.kill).toEqual(['access', 'rules'])
    expect((await publisher.publish(publish, markedParts(2))).kill).toEqual(['access', 'rules'])
    await publisher.publish({ kind: 'unkill', stage: 'access' })
    expect((await publisher.publish({ kind: 'unkill', stage: 'rules' })).kill).toBeUndefined()
  })
})

describe('what cannot be done is told with a way out', () => {
  const refused = async (
    before: (publisher: Publisher) => Promise<unknown>,
    ...wish: Parameters<Publisher['plan']>
  ): Promise<string> => {
    const { publisher } = await open()
    await before(publisher)
    return publisher.plan(...wish).then(
      () => 'planned',
      (error: Error) => error.message.split(':')[0] ?? '',
    )
  }
  const nothing = async (): Promise<void> => {}
  const one = (publisher: Publisher): Promise<unknown> => publisher.publish(publish, markedParts(1))
  const rollback = (serial: number): PublicationAction => ({ kind: 'rollback', serial })

  test('without anything published', async () => {
    expect(await refused(nothing, publish)).toBe('no-policy')
    expect(await refused(nothing, publish, new Map())).toBe('no-policy')
    expect(await refused(nothing, shadow, markedParts(1))).toBe('nothing-published')
    expect(await refused(nothing, promote)).toBe('no-candidate')
    expect(await refused(nothing, rollback(1))).toBe('nothing-published')
    expect(await refused(nothing, { kind: 'kill', stage: 'rules' })).toBe('nothing-published')
  })

  test('when it is so already', async () => {
    expect(await refused(one, publish, markedParts(1))).toBe('already-so')
    expect(await refused(one, shadow, markedParts(1))).toBe('already-so')
    expect(await refused(one, rollback(1))).toBe('already-so')
    expect(await refused(one, { kind: 'unkill', stage: 'rules' })).toBe('already-so')
    const two = async (publisher: Publisher): Promise<void> => {
      await one(publisher)
      await publisher.publish({ kind: 'percent', percent: 10 }, markedParts(2))
      await publisher.publish({ kind: 'kill', stage: 'rules' })
    }
    expect(await refused(two, { kind: 'percent', percent: 10 })).toBe('already-so')
    expect(await refused(two, { kind: 'kill', stage: 'rules' })).toBe('already-so')
    expect(await refused(two, { kind: 'percent', percent: 11 })).toBe('planned')
  })

  test('when it has no meaning', async () => {
    expect(await refused(one, promote)).toBe('no-candidate')
    expect(await refused(one, { kind: 'percent', percent: 5 })).toBe('no-candidate')
    expect(await refused(one, rollback(9))).toBe('unknown-serial')
    for (const percent of [-1, 101, 0.5, Number.NaN])
      expect(await refused(one, { kind: 'percent', percent }, markedParts(2))).toBe('bad-percent')
  })

  test('when the version is gone', async () => {
    const { kv, publisher } = await open()
    const first = await publisher.publish(publish, markedParts(1))
    await publisher.publish(publish, markedParts(2))
    kv.remove(`manifest/${first.active.manifest}`)
    await expect(publisher.plan(rollback(1))).rejects.toThrow('version-gone')
  })

  test('when it is more than KV or an isolate takes', async () => {
    const big = (name: string, mebibytes: number) => [name, new Uint8Array(mebibytes * 1024 * 1024)] as const
    const model = [...markedParts(1, { large: false })]
    expect(await refused(nothing, publish, new Map([...model, big('list/a', 26)]))).toBe('too-large')
    expect(await refused(nothing, publish, new Map([...model, big('a', 17), big('b', 17)]))).toBe('too-large')
    expect(await refused(nothing, publish, markedParts(1), { message: 'é'.repeat(600) })).toBe('bad-metadata')
    expect(await refused(nothing, publish, markedParts(1), { highestSerial: Number.MAX_SAFE_INTEGER })).toBe(
      'bad-serial',
    )
  })
})

describe('packParts', () => {
  test('puts the model and small parts together and gives large ones a blob each', async () => {
    const { kv, publisher } = await open()
    const pointer = await publisher.publish(publish, markedParts(1))
    const { blobs } = manifestOf(kv, pointer.active.manifest)
    expect(blobs.map(({ format, parts }) => [format, parts.map(({ name }) => name)])).toEqual([
      ['container', ['policy.json', 'list/small']],
      ['part', ['list/large']],
      ['part', ['list/shared']],
    ])
  })

  test('fills containers up to their bound and loses nothing', async () => {
    const parts = new Map(
      Array.from({ length: 300 }, (_, i) => [`list/${i}`, new Uint8Array(60_000).fill(i)] as const),
    )
    const packed = await packParts(parts)
    expect(packed.length).toBe(3)
    const names = packed.flatMap(({ bytes }) => [...openContainer(bytes.buffer).keys()])
    expect(names.sort()).toEqual([...parts.keys()].sort())
  })
})
