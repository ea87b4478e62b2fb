import { describe, expect, test } from 'vitest'
import { POINTER_KEY } from '../../src/bundle/delivery.ts'
import { createPointerVerifier } from '../../src/bundle/verify-pointer.ts'
import {
  BASELINE,
  FRESH,
  openWarm,
  openWorld,
  percent,
  promote,
  publish,
  rollback,
  shadow,
} from './delivery-world.ts'
import { createFakeIsolate } from './fake-isolate.ts'
import { createFakeKv } from './fake-kv.ts'
import { markedParts } from './policy-model.ts'
import { createPolicyKey, createPublisher } from './publisher.ts'
import { createVirtualClock } from './virtual-clock.ts'

describe('a cold isolate', () => {
  test('runs the baseline when nothing was published', async () => {
    const { served, refusals, isolate } = await openWorld()
    expect(await served()).toEqual([BASELINE, 0])
    expect(isolate.loader.live.source).toBe('baseline')
    expect(refusals()).toEqual({})
  })

  test('waits for what is published, and its first request runs with it', async () => {
    const { isolate, publisher } = await openWorld()
    await publisher.publish(publish, markedParts(1))
    const live = await isolate.request()
    expect(live).toMatchObject({ serial: 1, source: 'kv', active: { linked: { version: 1, marks: [1, 1] } } })
  })

  test('reads a small policy three times for 50 requests at once', async () => {
    const { isolate, publisher, reader } = await openWorld()
    await publisher.publish(publish, markedParts(1, { large: false }))
    const all = await Promise.all(Array.from({ length: 50 }, () => isolate.request()))
    expect(all.map(({ serial }) => serial)).toEqual(new Array(50).fill(1))
    expect(reader.asked.map(({ key }) => key.split('/')[0])).toEqual(['pointer', 'manifest', 'blob'])
    expect(isolate.linked).toHaveLength(2)
  })

  test('waits two seconds at most, then runs the baseline while loading goes on', async () => {
    const { clock, isolate, publisher, reader } = await openWorld()
    await publisher.publish(publish, markedParts(1))
    const gate = Promise.withResolvers<void>()
    reader.before = () => gate.promise
    const first = isolate.request()
    clock.advance(1500)
    const second = isolate.request()
    clock.advance(500)
    expect([(await first).serial, (await second).serial]).toEqual([0, 0])
    expect((await isolate.request()).serial).toBe(0)
    gate.resolve()
    await isolate.idle()
    expect((await isolate.request()).serial).toBe(1)
  })

  test('reads nothing of what it shares with the baseline', async () => {
    const { isolate, publisher, reader } = await openWorld({ baseline: 1 })
    await publisher.publish(publish, markedParts(1))
    expect((await isolate.request()).serial).toBe(1)
    expect(reader.asked.map(({ key }) => key.split('/')[0])).toEqual(['pointer', 'manifest'])
    await publisher.publish(publish, markedParts(2))
  })

  test('does not take a pointer below the least serial that is configured', async () => {
    const { served, publisher, refusals } = await openWorld({ minSerial: 2 })
    await publisher.publish(publish, markedParts(1))
    expect(await served()).toEqual([BASELINE, 0])
    expect(refusals()).toEqual({ 'below-minimum': 1 })
    await publisher.publish(publish, markedParts(2))
    expect(await served(FRESH)).toEqual([2, 2])
  })

  test('does not wait again after a first load that failed', async () => {
    const { isolate, reader, served, refusals } = await openWorld()
    reader.before = () => {
      throw new Error('KV is down')
    }
    expect(await served()).toEqual([BASELINE, 0])
    const gate = Promise.withResolvers<void>()
    reader.before = () => gate.promise
    expect((await isolate.request()).serial).toBe(0)
    expect(refusals()).toEqual({ 'store-failed': 1 })
    gate.resolve()
  })
})

describe('a warm isolate', () => {
  test('never waits, also within the time that a cold one would', async () => {
    const { clock, isolate, publisher, reader, served } = await openWorld({ freshFor: 500 })
    await publisher.publish(publish, markedParts(1))
    expect(await served()).toEqual([1, 1])
    const gate = Promise.withResolvers<void>()
    reader.before = () => gate.promise
    clock.advance(501)
    expect((await isolate.request()).serial).toBe(1)
    gate.resolve()
  })

  test('does not ask again for 30 seconds', async () => {
    const { served, publisher, reader } = await openWorld()
    await publisher.publish(publish, markedParts(1))
    await served()
    const { length } = reader.asked
    await publisher.publish(publish, markedParts(2))
    expect(await served(29_999)).toEqual([1, 1])
    expect(reader.asked).toHaveLength(length)
  })

  test('serves what it has while one load fetches the next', async () => {
    const { clock, isolate, publisher, reader, served } = await openWorld({ large: false })
    await publisher.publish(publish, markedParts(1))
    await served()
    await publisher.publish(publish, markedParts(2))
    clock.advance(FRESH)
    const { length } = reader.asked
    const stale = await Promise.all(Array.from({ length: 50 }, () => isolate.request()))
    expect(new Set(stale.map(({ serial }) => serial))).toEqual(new Set([1]))
    await isolate.idle()
    expect((await isolate.request()).serial).toBe(2)
    // Pointer, manifest, the container and the one list that is not shared.
    expect(reader.asked.slice(length).map(({ key }) => key.split('/')[0])).toEqual([
      'pointer',
      'manifest',
      'blob',
      'blob',
    ])
  })

  test('keeps a request with what it started with', async () => {
    const { isolate, publisher, served } = await openWorld()
    await publisher.publish(publish, markedParts(1))
    await served()
    const started = await isolate.request()
    await publisher.publish(publish, markedParts(2))
    expect(await served(FRESH)).toEqual([2, 2])
    expect([started.serial, started.active.linked.marks]).toEqual([1, [1, 1]])
  })

  test('rolls back under a new serial', async () => {
    const { publisher, served } = await openWorld()
    await publisher.publish(publish, markedParts(1))
    expect(await served()).toEqual([1, 1])
    await publisher.publish(publish, markedParts(2))
    expect(await served(FRESH)).toEqual([2, 2])
    await publisher.publish(rollback(1))
    expect(await served(FRESH)).toEqual([1, 3])
  })

  test('reads only the pointer for a promotion and for a kill switch', async () => {
    const { publisher, served, reader, isolate } = await openWorld()
    await publisher.publish(publish, markedParts(1))
    await publisher.publish(percent(10), markedParts(2))
    await served()
    const { length } = reader.asked
    await publisher.publish(promote)
    expect(await served(FRESH)).toEqual([2, 3])
    const linkedBefore = isolate.linked.length
    await publisher.publish({ kind: 'kill', stage: 'rules' })
    expect(await served(FRESH)).toEqual([2, 4])
    expect(reader.asked.slice(length).map(({ key }) => key)).toEqual([POINTER_KEY, POINTER_KEY])
    expect(isolate.linked.slice(linkedBefore)).toMatchObject([{ version: 2, kill: ['rules'] }])
    expect(isolate.loader.live.kill).toEqual(['rules'])
  })

  test('has active and candidate beside each other in a rollout', async () => {
    const { publisher, served, isolate } = await openWorld()
    await publisher.publish(publish, markedParts(1))
    await publisher.publish(shadow, markedParts(2))
    await served()
    expect(isolate.loader.live).toMatchObject({
      active: { linked: { version: 1, role: 'serve' } },
      rollout: { mode: 'shadow', candidate: { linked: { version: 2, role: 'shadow' } } },
    })
    await publisher.publish(percent(50), markedParts(2))
    await served(FRESH)
    expect(isolate.loader.live.rollout).toMatchObject({
      mode: 'percent',
      percent: 50,
      candidate: { linked: { version: 2, role: 'serve', marks: [2, 2] } },
    })
  })

  test('tells each policy that it takes', async () => {
    const { publisher, served, isolate } = await openWorld()
    await publisher.publish(publish, markedParts(1))
    await publisher.publish(shadow, markedParts(2))
    await served()
    await served(FRESH)
    expect(isolate.events).toEqual([
      { kind: 'activated', serial: 2, version: '0000000000000001', candidate: '0000000000000002' },
    ])
  })

  test('takes a policy even when nobody can be told', async () => {
    const onEvent = (): never => {
      throw new Error('the log is full')
    }
    const { publisher, served, refusals } = await openWorld({ onEvent })
    await publisher.publish(publish, markedParts(1))
    expect(await served()).toEqual([1, 1])
    expect(refusals()).toEqual({})
  })
})

describe('keys', () => {
  test('are replaced one after the other, while both are accepted', async () => {
    const clock = createVirtualClock()
    const kv = createFakeKv(clock.now)
    const [first, second] = [await createPolicyKey('k1'), await createPolicyKey('k2')]
    const verify = await createPointerVerifier([first, second])
    const isolate = createFakeIsolate({ store: kv.reader(), verify, clock })
    await (await createPublisher(kv, clock.now, first)).publish(publish, markedParts(1))
    expect((await isolate.request()).serial).toBe(1)
    const next = await createPublisher(kv, clock.now, second)
    await next.publish(publish, markedParts(2), { highestSerial: 1 })
    clock.advance(FRESH)
    await isolate.request()
    await isolate.idle()
    expect((await isolate.request()).serial).toBe(2)
  })
})

describe('after a refusal', () => {
  test('the store is asked after 5 s, then 10, 20, 40 and 60', async () => {
    const world = await openWarm()
    world.reader.before = () => {
      throw new Error('down')
    }
    await world.served(FRESH)
    for (const pause of [5, 10, 20, 40, 60, 60]) {
      const { length } = world.reader.asked
      await world.served(pause * 1000 - 1)
      expect(world.reader.asked).toHaveLength(length)
      await world.served(1)
      expect(world.reader.asked).toHaveLength(length + 1)
    }
    world.reader.before = () => {}
    expect(await world.served(60_000)).toEqual([2, 2])
    expect(world.isolate.loader.status().lastRefusal).toBeUndefined()
  })

  test('an old serial does not make every request ask', async () => {
    const world = await openWarm()
    await world.served(FRESH)
    const old = world.kv.get('history/1')
    if (old) world.kv.put({ key: POINTER_KEY, value: old })
    await world.served(FRESH)
    const { length } = world.reader.asked
    await world.served(29_999)
    expect(world.reader.asked).toHaveLength(length)
  })

  test('a pointer that came before its blobs is taken when they have come', async () => {
    let behind = 60_000
    const world = await openWarm({ delay: (key) => (key.startsWith('blob/') ? behind : 0) })
    expect(await world.served(FRESH)).toEqual([1, 1])
    expect(world.refusals()).toEqual({ 'missing-blob': 1 })
    behind = 0
    // The data centre keeps "no such key" for as long as the read said: the next read says less.
    expect(await world.served(30_000)).toEqual([2, 2])
    const ages = world.reader.asked.filter(({ key }) => key.startsWith('blob/')).map(({ maxAge }) => maxAge)
    expect(new Set(ages)).toEqual(new Set([86_400, 30]))
  })

  test('a load that never ends is given up, and what it brings late is dropped', async () => {
    const { clock, isolate, publisher, reader, refusals } = await openWorld()
    await publisher.publish(publish, markedParts(1))
    const gate = Promise.withResolvers<void>()
    reader.before = () => gate.promise
    const waiting = isolate.request()
    clock.advance(2000)
    expect((await waiting).serial).toBe(0)
    clock.advance(13_001)
    expect((await isolate.request()).serial).toBe(0)
    expect(refusals()).toEqual({ 'store-timeout': 1 })
    reader.before = () => {}
    clock.advance(5000)
    await publisher.publish(publish, markedParts(2))
    await isolate.request()
    gate.resolve()
    await isolate.idle()
    expect((await isolate.request()).serial).toBe(2)
    expect(isolate.events.filter(({ kind }) => kind === 'activated')).toHaveLength(1)
  })
})

describe('a torn publication', () => {
  test('changes nothing until its last write, at whichever it stops', async () => {
    const { publisher, kv, served } = await openWorld()
    await publisher.publish(publish, markedParts(1))
    expect(await served()).toEqual([1, 1])
    const writes = await publisher.plan(publish, markedParts(2))
    for (const write of writes.slice(0, -1)) {
      kv.put(write)
      expect(await served(FRESH)).toEqual([1, 1])
    }
    const last = writes.at(-1)
    if (last) kv.put(last)
    expect(await served(FRESH)).toEqual([2, 2])
  })

  test('leaves a gap in the serials when it stopped before the pointer, and nothing else', async () => {
    const { publisher, kv, served, refusals } = await openWorld()
    await publisher.publish(publish, markedParts(1))
    for (const write of (await publisher.plan(publish, markedParts(2))).slice(0, -1)) kv.put(write)
    expect((await publisher.publish(publish, markedParts(3))).serial).toBe(3)
    expect(await served()).toEqual([3, 3])
    expect(refusals()).toEqual({})
  })

  test('in any order of arrival is whole or not there', async () => {
    const { publisher, kv, served } = await openWorld()
    await publisher.publish(publish, markedParts(1))
    expect(await served()).toEqual([1, 1])
    for (const write of (await publisher.plan(publish, markedParts(2))).toReversed()) {
      expect(await served(120_000)).toEqual([1, 1])
      kv.put(write)
    }
    expect(await served(120_000)).toEqual([2, 2])
  })
})

describe('clocks', () => {
  test('of publisher and isolate may differ by days', async () => {
    for (const skew of [-5 * 86_400_000, 5 * 86_400_000]) {
      const { publisher, served, clock } = await openWorld()
      const now = Math.floor((clock.now() + skew) / 1000)
      await publisher.publish(publish, markedParts(1), { now })
      expect(await served()).toEqual([1, 1])
    }
  })

  test('that are set back do not stop the refreshing', async () => {
    const { publisher, clock, kv } = await openWorld()
    let skew = 0
    const own = { ...clock, now: () => clock.now() + skew }
    const isolate = createFakeIsolate({ store: kv.reader(), verify: publisher.verify, clock: own })
    await publisher.publish(publish, markedParts(1))
    expect((await isolate.request()).serial).toBe(1)
    await publisher.publish(publish, markedParts(2))
    clock.advance(FRESH)
    skew = -3_600_000
    await isolate.request()
    await isolate.idle()
    expect((await isolate.request()).serial).toBe(2)
  })

  test('an end is not noticed by what runs already', async () => {
    const { publisher, served, clock, refusals } = await openWorld()
    await publisher.publish(publish, markedParts(1), { notAfter: clock.now() / 1000 + 60 })
    expect(await served()).toEqual([1, 1])
    expect(await served(3_600_000)).toEqual([1, 1])
    expect(refusals()).toEqual({})
  })
})

test('two data centres may be of different minds, an isolate never goes back', async () => {
  const clock = createVirtualClock()
  const kv = createFakeKv(clock.now)
  const publisher = await createPublisher(kv, clock.now)
  const [near, far] = [kv.reader(0), kv.reader(60_000)]
  let at = near
  const isolate = createFakeIsolate({
    store: { get: (...asked) => at.get(...asked) },
    verify: publisher.verify,
    clock,
  })
  await publisher.publish(publish, markedParts(1))
  clock.advance(120_000)
  await publisher.publish(publish, markedParts(2))
  expect((await isolate.request()).serial).toBe(2)
  at = far
  clock.advance(FRESH)
  await isolate.request()
  await isolate.idle()
  expect((await isolate.request()).serial).toBe(2)
  expect(isolate.loader.status().refusals).toEqual({ 'old-serial': 1 })
})
