import { describe, expect, test } from 'vitest'
import type { Forwarded, ForwardPorts } from '../../../src/shield/forward.ts'
import {
  BAD_STATUS,
  CLIENT_LEFT,
  SLOW_CLIENT,
  TIMED_OUT,
  UNREACHABLE,
} from '../../../src/shield/forward-failures.ts'
import {
  createOriginProtection,
  type OriginProtection,
  type ProtectionStats,
} from '../../../src/shield/protection/origin-protection.ts'
import { withProtection } from '../../../src/shield/protection/with-protection.ts'

const START = 1_780_000_000_000
const ORIGIN = 'https://origin.example'

interface Scene {
  now: number
  readonly protection: OriginProtection
  /** Forwards a request whose answer takes 40 ms. */
  pass(result: Forwarded, body?: ReadableStream): Promise<Forwarded>
  stats(): ProtectionStats
}

function createScene(): Scene {
  const protection = createOriginProtection({ random: () => 0 })
  const scene: Scene = {
    now: START,
    protection,
    stats: () => protection.stats(scene.now),
    pass(result, body) {
      const ports = {
        async fetch() {
          scene.now += 40
          return new Response()
        },
      } as unknown as ForwardPorts
      const aim = { protection, origin: ORIGIN, priority: 'normal', now: () => scene.now } as const
      return withProtection(aim, ports, async (own) => {
        scene.now += 1000
        await own.fetch('https://origin.example/', body === undefined ? {} : { body })
        return result
      })
    },
  }
  return scene
}

const answered = (status: number, headers: Record<string, string> = {}): Forwarded => ({
  response: new Response(null, { status, headers }),
})
const usual = (scene: Scene): number | undefined => scene.stats().origins[0]?.usual
/** As many passes as close a window. */
async function passTen(scene: Scene, make: () => Forwarded, body?: () => ReadableStream): Promise<void> {
  for (let n = 0; n < 10; n++) await scene.pass(make(), body?.())
}

describe('forwarding under protection', () => {
  test('measures from the moment the request is sent, not while the client was waited for', async () => {
    const scene = createScene()
    await passTen(scene, () => answered(200))
    expect(usual(scene)).toBe(40)
  })

  test('takes no time from uploads that stream, nor from errors', async () => {
    const streamed = createScene()
    await passTen(
      streamed,
      () => answered(200),
      () => new ReadableStream(),
    )
    const failed = createScene()
    await passTen(failed, () => answered(500))
    expect([usual(streamed), usual(failed)]).toEqual([0, 0])
  })

  test.each([
    ['timeout', { failure: TIMED_OUT }],
    ['connect', { failure: UNREACHABLE }],
    ['overload', answered(503, { 'retry-after': '5' })],
    ['overload', answered(429, { 'retry-after': '5' })],
    ['gateway', answered(502)],
    ['gateway', answered(503)],
    ['gateway', answered(504)],
    ['gateway', answered(522)],
    [undefined, answered(500)],
    [undefined, answered(429)],
    [undefined, { failure: CLIENT_LEFT }],
    [undefined, { failure: SLOW_CLIENT }],
    [undefined, { failure: BAD_STATUS }],
  ] as [string | undefined, Forwarded][])(
    'takes for a failure of kind %s what is one',
    async (kind, result) => {
      const scene = createScene()
      expect(await scene.pass(result)).toBe(result)
      const counted = Object.entries(scene.stats().failures).filter(([, count]) => count > 0)
      expect(counted).toEqual(kind === undefined ? [] : [[kind, 1]])
      expect(scene.stats().origins[0]?.inflight).toBe(0)
    },
  )

  test('reads the load that the origin tells', async () => {
    const scene = createScene()
    for (let n = 0; n < 30; n++)
      await passTen(scene, () => answered(200, { 'sallyport-origin-load': '1/60' }))
    expect(scene.stats().origins[0]?.limit).toBeGreaterThan(55)
  })

  test('refuses with 503 and a time to come back, and sends nothing, when the origin is full', async () => {
    const scene = createScene()
    while (scene.protection.admit(ORIGIN, 'normal', scene.now).admitted);
    const { failure } = await scene.pass(answered(200))
    expect(failure).toMatchObject({ rule: 'forward.overload', status: 503, retryAfter: 1, stage: 'forward' })
    expect(scene.now).toBe(START)
  })

  test('says so when the origin is down', async () => {
    const scene = createScene()
    await passTen(scene, () => ({ failure: UNREACHABLE }))
    const { failure } = await scene.pass(answered(200))
    expect(failure).toMatchObject({ rule: 'forward.origin-down', status: 503, retryAfter: 6 })
  })

  test('gives the place back when forwarding itself is broken', async () => {
    const { protection } = createScene()
    const aim = { protection, origin: ORIGIN, priority: 'low', now: () => START } as const
    const broken = withProtection(aim, {} as ForwardPorts, () => Promise.reject(new TypeError('defect')))
    await expect(broken).rejects.toThrow('defect')
    expect(protection.stats(START).origins[0]?.inflight).toBe(0)
  })
})
