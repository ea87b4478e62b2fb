import fc from 'fast-check'
import { expect, test } from 'vitest'
import { historyKey, POINTER_KEY, type Pointer, type StoreWrite } from '../../src/bundle/delivery.ts'
import { parseJson, toJsonBytes } from '../../src/bundle/json-bytes.ts'
import type { LivePolicy } from '../../src/bundle/live-policy.ts'
import type { PublicationAction } from '../../src/bundle/next-pointer.ts'
import { createPointerVerifier } from '../../src/bundle/verify-pointer.ts'
import { createFakeIsolate, type FakeIsolate, type Linked } from './fake-isolate.ts'
import { createFakeKv, type FakeReader } from './fake-kv.ts'
import { markedParts } from './policy-model.ts'
import { createPolicyKey, createPublisher } from './publisher.ts'
import { createVirtualClock } from './virtual-clock.ts'

const RUNS = Number(process.env.SALLYPORT_INTERLEAVINGS ?? 2000)
const VERSIONS = [1, 2, 3].map((n) => markedParts(n, { large: false }))
const KEY = await createPolicyKey('p1')
const THIEF = await createPolicyKey('p1')
const verify = await createPointerVerifier([KEY])
const BASELINE = 200
const ISOLATES = 3

type Step =
  /** Plans a publication; its writes are made one by one by `write`, or never. */
  | { readonly do: 'plan'; readonly action: PublicationAction; readonly version: number }
  | { readonly do: 'write'; readonly count: number }
  | { readonly do: 'request'; readonly isolate: number }
  /** Requests whose reads stand still until `release`. */
  | { readonly do: 'hold'; readonly isolate: number }
  | { readonly do: 'release' }
  | { readonly do: 'pass'; readonly seconds: number }
  | {
      readonly do: 'forge'
      readonly how: 'strip' | 'swap' | 'thief' | 'replay' | 'noise'
      readonly serial: number
    }

const serial = fc.integer({ min: 1, max: 6 })
const isolate = fc.nat(ISOLATES - 1)
const action: fc.Arbitrary<PublicationAction> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: 'publish' } as const) },
  { weight: 3, arbitrary: serial.map((of) => ({ kind: 'rollback', serial: of }) as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'shadow' } as const) },
  { weight: 1, arbitrary: fc.nat(100).map((percent) => ({ kind: 'percent', percent }) as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'promote' } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'kill', stage: 'rules' } as const) },
)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('plan' as const), action, version: fc.nat(2) }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('write' as const), count: fc.integer({ min: 1, max: 5 }) }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('request' as const), isolate }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('hold' as const), isolate }) },
  { weight: 1, arbitrary: fc.constant({ do: 'release' } as const) },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('pass' as const), seconds: fc.constantFrom(1, 6, 31, 65, -20) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('forge' as const),
      how: fc.constantFrom('strip', 'swap', 'thief', 'replay', 'noise'),
      serial,
    }),
  },
)

function describeLive({
  active,
  rollout,
  kill,
}: Pick<LivePolicy<unknown>, 'active' | 'rollout' | 'kill'>): string {
  return [active.version, rollout?.candidate.version ?? '', rollout?.mode ?? '', ...kill].join(' ')
}

/** What a pointer that was signed allows an isolate to run in the end, and while the candidate cannot be read. */
function describePointer({ active, rollout, kill = [] }: Pointer): readonly [whole: string, partial: string] {
  const live = { active: { ...active, linked: undefined }, kill }
  const candidate = rollout && { ...rollout, candidate: { ...rollout.candidate, linked: undefined } }
  return [describeLive({ ...live, ...(candidate ? { rollout: candidate } : {}) }), describeLive(live)]
}

/** One policy, and all of it. */
function checkWhole(version: string, linked: Linked, kill: readonly string[]): void {
  expect(linked.version).toBe(Number.parseInt(version, 16))
  expect(new Set(linked.marks)).toEqual(new Set([linked.version]))
  expect(linked.kill).toEqual(kill)
}

async function createWorld() {
  /** The store's time only goes on; that of the isolates may be set back. */
  const clock = createVirtualClock()
  let skew = 0
  const own = { ...clock, now: () => clock.now() + skew }
  const kv = createFakeKv(clock.now)
  const publisher = await createPublisher(kv, clock.now, KEY)
  const thief = await createPublisher(kv, clock.now, THIEF)
  /** By serial, all that was ever signed for it: two publications at once may take the same one. */
  const signed = new Map<number, Set<string>>([
    [0, new Set([`${BASELINE.toString(16).padStart(16, '0')}  `])],
  ])
  /** The same, with the candidate that may be missing for a while. */
  const whole = new Map<number, Set<string>>([[0, new Set(signed.get(0))]])
  const readers: readonly FakeReader[] = [
    kv.reader(0),
    kv.reader(20_000),
    kv.reader((key) => key.length * 400),
  ]
  const isolates: readonly FakeIsolate[] = readers.map((store) =>
    createFakeIsolate({ store, verify, clock: own, large: false }),
  )
  const seen = isolates.map(() => 0)
  const queue: StoreWrite[] = []
  const asked: Promise<unknown>[] = []
  let gate = Promise.withResolvers<void>()

  function check(index: number, live: LivePolicy<Linked>): void {
    expect(signed.get(live.serial)).toContain(describeLive(live))
    checkWhole(live.active.version, live.active.linked, live.kill)
    if (live.rollout) checkWhole(live.rollout.candidate.version, live.rollout.candidate.linked, live.kill)
    expect(live.serial).toBeGreaterThanOrEqual(seen[index] ?? 0)
  }

  /** What runs now, in every isolate. */
  function checkAll(): void {
    for (const [index, { loader }] of isolates.entries()) {
      check(index, loader.live)
      seen[index] = loader.live.serial
    }
  }

  function request(index: number): void {
    const asking = isolates[index]
    const before = seen[index] ?? 0
    const answer = asking?.request().then((live) => {
      expect(live.serial).toBeGreaterThanOrEqual(before)
      expect(signed.get(live.serial)).toContain(describeLive(live))
    })
    if (answer) asked.push(answer)
  }

  async function plan({ action: wish, version }: Step & { do: 'plan' }): Promise<void> {
    const takesParts = wish.kind === 'publish' || wish.kind === 'shadow' || wish.kind === 'percent'
    const writes = await publisher.plan(wish, takesParts ? VERSIONS[version] : undefined).catch(() => [])
    const last = writes.at(-1)
    const result = last && (await verify(last.value))
    if (!result?.ok) return
    const { pointer } = result
    const [end, partial] = describePointer(pointer)
    signed.set(pointer.serial, (signed.get(pointer.serial) ?? new Set()).add(end).add(partial))
    whole.set(pointer.serial, (whole.get(pointer.serial) ?? new Set()).add(end))
    queue.push(...writes)
  }

  async function forge({ how, serial: of }: Step & { do: 'forge' }): Promise<void> {
    const current = kv.get(POINTER_KEY)
    const old = kv.get(historyKey(of))
    const pointer = await publisher.read()
    if (!current || !pointer) return
    const parsed = parseJson(current) as Record<string, string>
    const other = parseJson(old ?? current) as Record<string, string>
    const write = (value: unknown): void =>
      kv.put({
        key: POINTER_KEY,
        value: value instanceof Uint8Array ? Uint8Array.from(value) : toJsonBytes(value),
      })
    if (how === 'strip') write({ payload: parsed.payload, kid: parsed.kid })
    if (how === 'swap') write({ ...parsed, payload: other.payload })
    if (how === 'thief') write(await thief.sign({ ...pointer, serial: pointer.serial + 100 }))
    if (how === 'noise') write(new Uint8Array(of * 100))
    if (how === 'replay' && old) write(old)
  }

  async function run(one: Step): Promise<void> {
    if (one.do === 'plan') return plan(one)
    if (one.do === 'forge') return forge(one)
    if (one.do === 'write') for (const write of queue.splice(0, one.count)) kv.put(write)
    if (one.do === 'pass' && one.seconds < 0) skew += one.seconds * 1000
    else if (one.do === 'pass') clock.advance(one.seconds * 1000)
    if (one.do === 'release') {
      gate.resolve()
      gate = Promise.withResolvers()
    }
    if (one.do === 'request' || one.do === 'hold') {
      const reader = readers[one.isolate]
      if (reader) reader.before = one.do === 'hold' ? () => gate.promise : () => {}
      request(one.isolate)
    }
  }

  /** Lets everything end: the store is healthy, the last pointer is honest and everywhere. */
  async function settle(): Promise<void> {
    for (const reader of readers) reader.before = () => {}
    gate.resolve()
    await Promise.all(isolates.map(({ idle }) => idle()))
    for (const write of queue.splice(0)) kv.put(write)
    const highest = Math.max(
      0,
      ...kv.keys().map((key) => (key.startsWith('history/') ? Number(key.slice(8)) : 0)),
    )
    const value = kv.get(historyKey(highest))
    if (value) kv.put({ key: POINTER_KEY, value })
    for (let round = 0; round < 3; round++) {
      clock.advance(200_000)
      for (const index of isolates.keys()) request(index)
      await Promise.all(isolates.map(({ idle }) => idle()))
      checkAll()
    }
    await Promise.all(asked)
    for (const { loader } of isolates) {
      // With two pointers of one serial each isolate stays with the one that it saw first.
      expect(loader.live.serial).toBe(highest)
      expect(whole.get(highest)).toContain(describeLive(loader.live))
    }
  }

  return { run, checkAll, settle }
}

test(`${RUNS} interleavings of publish, rollback and read: never a mix, never back, never unverified, and in the end all current`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 24 }), async (steps) => {
      const world = await createWorld()
      for (const one of steps) {
        await world.run(one)
        // A turn of the loop, so that loads get on between steps, but do not have to be through.
        await new Promise(setImmediate)
        world.checkAll()
      }
      await world.settle()
    }),
    { numRuns: RUNS },
  )
}, 600_000)
