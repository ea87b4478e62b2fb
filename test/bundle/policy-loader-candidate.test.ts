import { describe, expect, test } from 'vitest'
import { manifestKey } from '../../src/bundle/delivery.ts'
import { FRESH, openWarm, publish, shadow, type World } from './delivery-world.ts'
import { markedParts } from './policy-model.ts'

const kill = { kind: 'kill', stage: 'rules' } as const

/** An isolate on serial 2; serial 3 has a candidate whose manifest it cannot read, serial 4 a kill switch. */
async function openWithoutCandidate(): Promise<World & { candidate: string }> {
  const world = await openWarm()
  expect(await world.served(FRESH)).toEqual([2, 2])
  const { rollout } = await world.publisher.publish(shadow, markedParts(3))
  const candidate = manifestKey(rollout?.candidate.manifest ?? '')
  world.reader.forge(candidate, null)
  await world.publisher.publish(kill)
  return { ...world, candidate }
}

describe('a candidate that cannot be read', () => {
  test('keeps neither a kill switch nor the active version from taking effect', async () => {
    const world = await openWithoutCandidate()
    expect(await world.served(FRESH)).toEqual([2, 4])
    expect(world.isolate.loader.live).toMatchObject({ serial: 4, kill: ['rules'] })
    expect(world.isolate.loader.live.rollout).toBeUndefined()
    expect(world.isolate.loader.live.active.linked.kill).toEqual(['rules'])
    expect(world.refusals()).toEqual({ 'missing-manifest': 1 })
    expect(world.isolate.loader.status().lastRefusal?.reason).toBe('missing-manifest')
  })

  test('is tried again, and joins the active version once it is there', async () => {
    const world = await openWithoutCandidate()
    await world.served(FRESH)
    expect(await world.served(5001)).toEqual([2, 4])
    expect(world.refusals()).toEqual({ 'missing-manifest': 2 })
    expect(world.isolate.events.filter(({ kind }) => kind === 'activated')).toHaveLength(3)
    world.reader.forge(world.candidate, undefined)
    expect(await world.served(31_000)).toEqual([2, 4])
    expect(world.isolate.loader.live.rollout?.candidate.linked.version).toBe(3)
    expect(world.isolate.loader.status().lastRefusal).toBeUndefined()
    expect(world.isolate.events.at(-1)).toMatchObject({
      kind: 'activated',
      serial: 4,
      candidate: '3'.padStart(16, '0'),
    })
    const { reads } = world.isolate.loader.status()
    await world.served(FRESH)
    expect(world.isolate.loader.status().reads).toBe(reads + 1)
  })

  test('whose read never ends does so no longer than a load may take', async () => {
    const world = await openWithoutCandidate()
    const asked = Promise.withResolvers<void>()
    world.reader.before = (key) => {
      if (key !== world.candidate) return
      asked.resolve()
      return new Promise<void>(() => {})
    }
    world.clock.advance(FRESH)
    await world.isolate.request()
    await asked.promise
    expect(world.isolate.loader.live.serial).toBe(2)
    world.clock.advance(15_001)
    await world.isolate.request()
    expect(world.isolate.loader.live).toMatchObject({ serial: 4, kill: ['rules'] })
    expect(world.refusals()).toEqual({ 'store-timeout': 1 })
  })

  test('does not let a version that is older come back', async () => {
    const world = await openWithoutCandidate()
    expect(await world.served(FRESH)).toEqual([2, 4])
    const third = world.kv.get('history/3')
    if (third) world.kv.put({ key: 'pointer', value: third })
    expect(await world.served(FRESH)).toEqual([2, 4])
    expect(world.refusals()).toEqual({ 'missing-manifest': 1, 'old-serial': 1 })
  })

  test('is not asked for when an active version that cannot be read comes before it', async () => {
    const world = await openWarm()
    await world.publisher.publish(publish, markedParts(5))
    await world.publisher.publish(shadow, markedParts(6))
    const active = (await world.publisher.read())?.active.manifest ?? ''
    world.reader.forge(manifestKey(active), null)
    expect(await world.served(FRESH)).toEqual([1, 1])
    expect(world.refusals()).toEqual({ 'missing-manifest': 1 })
  })
})
