import { describe, expect, test } from 'vitest'
import { createBotData } from '../../../src/worker/bots/bot-data.ts'
import { createStoredCodec } from '../../../src/worker/bots/stored-data.ts'
import { list, modelOf, page, SECRET, source, World } from './world.ts'

const MODEL = modelOf([source('a')])
const MINUTE = 60_000

async function fetched(...prefixes: readonly string[]): Promise<World> {
  const world = new World()
  world.pages.set('https://a.example/list', page(list(...prefixes)))
  await world.cron(MODEL)
  return world
}

describe('what an isolate has', () => {
  test('comes behind the first request, and anew every ten minutes', async () => {
    const world = await fetched('5.9.0.0/24')
    const isolate = world.isolate()
    const policy = world.policy(MODEL)
    isolate.supply(policy)
    const { reads } = world
    expect(isolate.report(world.now)).toMatchObject({ store: 'waiting', reads: 0 })
    isolate.refresh((work) => world.work.push(work), world.now)
    expect(world.find(policy, '5.9.0.1', 'a')).toBe('unknown')
    isolate.refresh(() => expect.unreachable(), world.now)
    await Promise.all(world.work.splice(0))
    expect(world.find(policy, '5.9.0.1', 'a')).toBe('inside')
    for (let second = 0; second < 1200; second++) {
      world.now += 1000
      await world.look(isolate)
    }
    expect(world.reads - reads).toBe(3)
  })

  test('tells how old it is and what failed', async () => {
    const world = await fetched('5.9.0.0/24')
    world.pages.clear()
    world.now += 60 * MINUTE
    await world.cron(MODEL)
    const isolate = world.isolate()
    isolate.supply(world.policy(MODEL))
    await world.look(isolate)
    world.now += 5000
    expect(isolate.report(world.now)).toEqual({
      store: 'good',
      reads: 1,
      age: 5,
      ranges: [{ id: 'a', count: 1, age: 3605 }],
      directories: [],
      failed: [{ id: 'a', why: 'unreachable' }],
    })
  })

  test('is given to a policy that comes later', async () => {
    const world = await fetched('5.9.0.0/24')
    const isolate = world.isolate()
    await world.look(isolate)
    const policy = world.policy(MODEL)
    isolate.supply(policy)
    expect(world.find(policy, '5.9.0.1', 'a')).toBe('inside')
  })

  test('goes on to the last four policies only', async () => {
    const world = await fetched('5.9.0.0/24')
    const isolate = world.isolate()
    const policies = Array.from({ length: 5 }, () => world.policy(MODEL))
    for (const policy of policies) isolate.supply(policy)
    await world.look(isolate)
    expect(policies.map((policy) => world.find(policy, '5.9.0.1', 'a'))).toEqual([
      'unknown',
      'inside',
      'inside',
      'inside',
      'inside',
    ])
  })

  test('stays when the store is down, which is asked again after a minute', async () => {
    const world = await fetched('5.9.0.0/24')
    const isolate = world.isolate()
    const policy = world.policy(MODEL)
    isolate.supply(policy)
    await world.look(isolate)
    world.isStoreDown = true
    world.now += 10 * MINUTE
    await world.look(isolate)
    expect(isolate.report(world.now).store).toBe('failed')
    expect(world.find(policy, '5.9.0.1', 'a')).toBe('inside')
    const { reads } = world
    world.now += MINUTE - 1
    await world.look(isolate)
    expect(world.reads).toBe(reads)
    world.now += 1
    world.isStoreDown = false
    await world.look(isolate)
    expect(isolate.report(world.now).store).toBe('good')
  })

  test('is looked for again when a look was lost with its request', async () => {
    const world = await fetched('5.9.0.0/24')
    const isolate = world.isolate()
    const value = world.value
    const never = new Promise<null>(() => {})
    let looks = 0
    world.store.get = () => {
      looks++
      return looks === 1 ? never : Promise.resolve(value as unknown as null)
    }
    isolate.refresh(() => {}, world.now)
    world.now += 29_000
    await world.look(isolate)
    expect(looks).toBe(1)
    world.now += 1000
    await world.look(isolate)
    expect(looks).toBe(2)
    expect(isolate.report(world.now).store).toBe('good')
  })

  test.each([
    ['forged with another secret', 'bad-mac'],
    ['changed in one bit', 'bad-mac'],
    ['cut short', 'bad-mac'],
    ['empty', 'bad-mac'],
    ['far too long', 'too-large'],
  ] as const)('is not what was %s', async (how, fault) => {
    const world = await fetched('5.9.0.0/24')
    const isolate = world.isolate()
    const policy = world.policy(MODEL)
    isolate.supply(policy)
    await world.look(isolate)
    const evil = await fetched('7.0.0.0/24')
    if (how === 'forged with another secret') {
      evil.now += MINUTE
      await evil.cron(MODEL, new Uint8Array(16))
    }
    const bytes = new Uint8Array(evil.value ?? new ArrayBuffer(0))
    if (how === 'changed in one bit') bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    world.value = bytes.buffer
    if (how === 'cut short') world.value = bytes.slice(0, 40).buffer
    if (how === 'empty') world.value = new ArrayBuffer(0)
    if (how === 'far too long') world.value = new ArrayBuffer(4 * 1024 * 1024 + 1)
    world.now += 10 * MINUTE
    await world.look(isolate)
    expect(isolate.report(world.now).store).toBe(fault)
    expect(world.find(policy, '7.0.0.1', 'a')).toBe('outside')
    expect(world.find(policy, '5.9.0.1', 'a')).toBe('inside')
  })

  test('is not undone by an older value that somebody puts back', async () => {
    const world = await fetched('5.9.0.0/24')
    const old = world.value
    world.now += MINUTE
    world.pages.set('https://a.example/list', page(list('6.9.0.0/24')))
    await world.cron(MODEL)
    const isolate = world.isolate()
    const policy = world.policy(MODEL)
    isolate.supply(policy)
    await world.look(isolate)
    world.value = old
    world.now += 10 * MINUTE
    await world.look(isolate)
    expect(world.find(policy, '6.9.0.1', 'a')).toBe('inside')
    expect(world.find(policy, '5.9.0.1', 'a')).toBe('outside')
    expect(isolate.report(world.now).age).toBe(600)
  })

  test('without a store is what the policy has', () => {
    const { now } = new World()
    const isolate = createBotData({ store: undefined, secret: SECRET, clock: () => now })
    isolate.refresh(() => expect.unreachable(), now)
    expect(isolate.report(now)).toMatchObject({ store: 'off', reads: 0, ranges: [], failed: [] })
  })
})

describe('the value in the store', () => {
  const index = { version: 1, written: 1, sources: [], directories: [] } as const

  test('is the same again when it is read', async () => {
    const codec = createStoredCodec(SECRET)
    const data = {
      index: {
        ...index,
        sources: [{ id: 'a', url: 'https://a.example/', fetched: 5, checked: 6, count: 1 }],
      },
      sets: new Map([['a', new Uint8Array([1, 2, 3, 4, 5]).buffer]]),
    }
    expect(await codec.decode(await codec.encode(data))).toEqual({ ok: true, data })
  })

  test('of a later format is not taken for this one', async () => {
    const codec = createStoredCodec(SECRET)
    const later = { ...index, version: 2 } as unknown as typeof index
    const value = await codec.encode({ index: later, sets: new Map() })
    expect(await codec.decode(value)).toEqual({ ok: false, fault: 'unknown-format' })
  })
})
