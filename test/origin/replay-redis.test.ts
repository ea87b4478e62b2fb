import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMemoryReplayStore } from '../../src/origin/replay-memory.ts'
import {
  createRedisReplayStore,
  type ExpiringSet,
  fromIoredis,
  fromNodeRedis,
} from '../../src/origin/replay-redis.ts'
import { createVerifier, type Verifier } from '../../src/origin/verifier.ts'
import { testReplayStore } from '../contract/replay-store.ts'
import { NOW } from '../signature/fixtures.ts'
import { HMAC_KEY } from '../signature/keys-fixture.ts'
import { sendFromEdge } from './edge.ts'
import { connect, isRedisInstalled, type RedisClient, type RedisServer, startRedis } from './redis-server.ts'

const drawNonce = (): string => randomBytes(16).toString('base64url')

/** Answers like Redis, a turn later. */
function createFakeSet(): ExpiringSet & { readonly lives: Map<string, number> } {
  const lives = new Map<string, number>()
  return {
    lives,
    async setIfAbsent(key, seconds) {
      await Promise.resolve()
      if (lives.has(key)) return false
      lives.set(key, seconds)
      return true
    },
  }
}

testReplayStore('Redis, imitated', () => createRedisReplayStore(createFakeSet()))

describe('createRedisReplayStore', () => {
  test('keeps a nonce as long as any verifier may take it, under its prefix', async () => {
    const set = createFakeSet()
    const store = createRedisReplayStore(set, { prefix: 'p:', skew: 5 })
    await store.claim('n', 1000, 1060, 1000.4)
    expect([...set.lives]).toEqual([['p:n', 60 + 5 + 5 + 1]])
    await createRedisReplayStore(set).claim('m', 1000, 1060, 1095)
    expect(set.lives.get('sallyport:nonce:m')).toBeGreaterThanOrEqual(1)
  })

  test('refuses when no answer comes in time, and when it says it failed', async () => {
    const silent = createRedisReplayStore(
      { setIfAbsent: () => new Promise(() => undefined) },
      { timeoutMs: 5 },
    )
    await expect(silent.claim('n', 1, 2, 1)).rejects.toThrow('no answer within 5 ms')
    const broken = createRedisReplayStore({ setIfAbsent: () => Promise.reject(new Error('gone')) })
    await expect(broken.claim('n', 1, 2, 1)).rejects.toThrow('gone')
    for (const replay of [silent, broken]) {
      const { verify } = createVerifier({ keys: { keys: [HMAC_KEY] }, now: () => NOW, replay })
      expect(await verify(await sendFromEdge({ created: NOW }))).toMatchObject({
        status: 403,
        failure: 'replay-store',
      })
    }
  })

  test.each([{ timeoutMs: 0 }, { timeoutMs: 10_001 }, { timeoutMs: 1.5 }, { skew: 31 }, { skew: -1 }])(
    'refuses the options %o',
    (options) => {
      expect(() => createRedisReplayStore(createFakeSet(), options)).toThrow(RangeError)
    },
  )
})

describe('the clients', () => {
  test('each say SET NX EX in its own way', async () => {
    const said: unknown[][] = []
    const answer = async (...args: unknown[]): Promise<unknown> => {
      said.push(args)
      return 'OK'
    }
    expect(await fromNodeRedis({ sendCommand: answer }).setIfAbsent('k', 7)).toBe(true)
    expect(await fromIoredis({ set: answer }).setIfAbsent('k', 7)).toBe(true)
    expect(said).toEqual([[['SET', 'k', '1', 'NX', 'EX', '7']], ['k', '1', 'EX', 7, 'NX']])
  })

  test('know yes, no and anything else apart', async () => {
    const ask = (answer: unknown): Promise<boolean> =>
      fromIoredis({ set: async () => answer }).setIfAbsent('k', 7)
    expect(await ask('OK')).toBe(true)
    expect(await ask(Buffer.from('OK'))).toBe(true)
    expect(await ask(null)).toBe(false)
    for (const odd of [undefined, '', 'QUEUED', 1, true, Buffer.from('NO')])
      await expect(ask(odd)).rejects.toThrow('not understood')
  })
})

/** Sends copies of one request to verifiers by turns; how many each of them let in. */
async function sendCopies(verifiers: readonly Verifier[], copies: number): Promise<string[]> {
  const request = await sendFromEdge({ created: NOW })
  const outcomes = await Promise.all(
    Array.from({ length: copies }, (_, i) => verifiers[i % verifiers.length]?.verify(request)),
  )
  return outcomes.map((outcome) => (outcome?.ok ? 'accepted' : (outcome?.failure ?? '')))
}

function open(replay: ReturnType<typeof createRedisReplayStore>): Verifier {
  return createVerifier({ keys: { keys: [HMAC_KEY] }, now: () => NOW, replay })
}

const ONE_OF_1000 = ['accepted', ...Array.from({ length: 999 }, () => 'replayed')]

test('of 1,000 simultaneous copies of a request one is accepted, in memory', async () => {
  expect((await sendCopies([open(createMemoryReplayStore())], 1000)).toSorted()).toEqual(ONE_OF_1000)
})

describe.skipIf(!isRedisInstalled('the replay store in Redis'))('with a real Redis', () => {
  let redis: RedisServer
  let clients: RedisClient[] = []

  beforeAll(async () => {
    redis = await startRedis()
    clients = [await connect(redis.path), await connect(redis.path)]
  })
  afterAll(async () => {
    for (const client of clients) client.destroy()
    await redis.stop()
  })

  const store = (at: number): ReturnType<typeof createRedisReplayStore> => {
    const client = clients[at] ?? expect.fail('not connected')
    return createRedisReplayStore(fromNodeRedis(client), { timeoutMs: 10_000 })
  }

  testReplayStore('Redis', () => store(0))

  test('of 1,000 simultaneous copies one is accepted across two verifiers, ten times in ten', async () => {
    for (let round = 0; round < 10; round++) {
      const outcomes = await sendCopies([open(store(0)), open(store(1))], 1000)
      expect(outcomes.toSorted()).toEqual(ONE_OF_1000)
    }
  })

  test('a nonce is forgotten by itself', async () => {
    const nonce = drawNonce()
    await createRedisReplayStore(fromNodeRedis(clients[0] ?? expect.fail('not connected')), {
      skew: 5,
    }).claim(nonce, NOW, NOW + 30, NOW)
    const life = Number(await clients[0]?.sendCommand(['TTL', `sallyport:nonce:${nonce}`]))
    expect(life).toBeGreaterThan(30)
    expect(life).toBeLessThanOrEqual(41)
  })
})
