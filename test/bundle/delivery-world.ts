/** A fake KV, a publisher and an isolate, with time that stands still. */
import { expect } from 'vitest'
import { POINTER_KEY, type Pointer, type SignedPointer } from '../../src/bundle/delivery.ts'
import { parseJson } from '../../src/bundle/json-bytes.ts'
import type { PublicationAction } from '../../src/bundle/next-pointer.ts'
import type { RefusalReason } from '../../src/bundle/refusal.ts'
import { encodeSignedPointer } from '../../src/bundle/sign-pointer.ts'
import { createFakeIsolate, type FakeIsolate, type FakeIsolateOptions } from './fake-isolate.ts'
import { createFakeKv, type FakeKv, type FakeReader } from './fake-kv.ts'
import { markedParts } from './policy-model.ts'
import { createPublisher, type Publisher } from './publisher.ts'
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts'

export const publish = { kind: 'publish' } as const
export const shadow = { kind: 'shadow' } as const
export const promote = { kind: 'promote' } as const
export const percent = (share: number): PublicationAction => ({ kind: 'percent', percent: share })
export const rollback = (serial: number): PublicationAction => ({ kind: 'rollback', serial })
export const BASELINE = 200

export interface World {
  readonly clock: VirtualClock
  readonly kv: FakeKv
  readonly publisher: Publisher
  readonly reader: FakeReader
  readonly isolate: FakeIsolate
  /** The version and serial that a request runs with, after the load it waits for or has started. */
  served(after?: number): Promise<readonly [version: number, serial: number]>
  refusals(): Partial<Record<RefusalReason, number>>
}

export async function openWorld(
  options: Partial<FakeIsolateOptions> & { delay?: (key: string) => number } = {},
): Promise<World> {
  const clock = options.clock ?? createVirtualClock()
  const kv = createFakeKv(clock.now)
  const publisher = await createPublisher(kv, clock.now)
  const reader = kv.reader(options.delay)
  const isolate = createFakeIsolate({ verify: publisher.verify, ...options, store: reader, clock })
  return {
    clock,
    kv,
    publisher,
    reader,
    isolate,
    async served(after = 0) {
      clock.advance(after)
      await isolate.request()
      await isolate.idle()
      const { active, serial } = await isolate.request()
      await isolate.idle()
      return [active.linked.version, serial]
    },
    refusals: () => isolate.loader.status().refusals,
  }
}

export const FRESH = 30_001

/** Replaces the pointer by one that was changed, and signed again only if `sign` says so. */
export async function changePointer(
  { kv, publisher }: World,
  change: (pointer: Pointer) => unknown,
): Promise<void> {
  const pointer = await publisher.read()
  if (!pointer) throw new Error('no pointer')
  kv.put({ key: POINTER_KEY, value: encodeSignedPointer(await publisher.sign(change(pointer) as Pointer)) })
}

export function readSigned(kv: FakeKv): SignedPointer {
  return parseJson(kv.get(POINTER_KEY) ?? new Uint8Array()) as SignedPointer
}

/** An isolate that runs serial 1 of version 1; serial 2 of version 2 has been published since. */
export async function openWarm(options: Parameters<typeof openWorld>[0] = {}): Promise<World> {
  const world = await openWorld(options)
  await world.publisher.publish(publish, markedParts(1))
  expect(await world.served(120_000)).toEqual([1, 1])
  await world.publisher.publish(publish, markedParts(2))
  return world
}
