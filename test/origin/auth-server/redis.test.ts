import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectRedis, type RedisConnection } from '../../../src/origin/auth-server/connect-redis.ts'

const installed = spawnSync('redis-server', ['--version']).status === 0
if (!installed) console.log('redis-server is not installed: the connection to Redis is not tested')

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}

describe('a Redis that is not there', () => {
  test('is said, without the URL', async () => {
    const port = await freePort()
    const url = `redis://user:secret@127.0.0.1:${port}`
    const connecting = connectRedis({ url, connectTimeout: 500, onState: () => undefined })
    const error: Error = await connecting.then(
      () => new Error('connected'),
      (reason) => reason,
    )
    expect(error.message).toContain('Redis cannot be used')
    expect(error.message).not.toContain('secret')
  })
})

describe('a URL that cannot be read', () => {
  test.each([
    'redis://:s/ecret@h:1',
    'redis://:s%ecret@h:1',
    'redis://h:1/secret',
    'redis://:secret@h:99999',
  ])('is said, without the URL: %s', async (url) => {
    const connecting = connectRedis({ url, connectTimeout: 500, onState: () => undefined })
    await expect(connecting).rejects.toThrow(/^the Redis URL cannot be read; give (?!.*ecret@)/)
  })
})

describe.skipIf(!installed)('a Redis', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-redis-'))
  let port = 0
  let redis: ReturnType<typeof spawn>
  let connection: RedisConnection
  const states: string[] = []
  let changed: () => void = () => undefined

  const run = (): void => {
    const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder]
    redis = spawn('redis-server', options, { stdio: 'ignore' })
  }
  const nextState = (): Promise<void> =>
    new Promise((resolve) => {
      changed = resolve
    })
  const url = (): string => `redis://127.0.0.1:${port}`

  beforeAll(async () => {
    port = await freePort()
    run()
    const onState = (state: string): void => {
      states.push(state)
      changed()
    }
    for (let tries = 0; ; tries++) {
      try {
        connection = await connectRedis({ url: url(), connectTimeout: 500, onState })
        return
      } catch (error) {
        if (tries === 100) throw error
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
  })
  afterAll(async () => {
    await connection.close()
    redis.kill()
    rmSync(folder, { recursive: true })
  })

  test('keeps a key once, for all who ask', async () => {
    const other = await connectRedis({ url: url(), connectTimeout: 500, onState: () => undefined })
    const claims = await Promise.all(
      Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? connection : other).setIfAbsent('nonce', 60)),
    )
    expect(claims.filter(Boolean)).toHaveLength(1)
    await other.close()
  })

  test('that goes away rejects at once, and is used again when it is back', async () => {
    const lost = nextState()
    redis.kill()
    await lost
    await expect(connection.setIfAbsent('a', 60)).rejects.toThrow()
    const back = nextState()
    run()
    await back
    expect(await connection.setIfAbsent('a', 60)).toBe(true)
    expect(states).toEqual(['lost', 'back'])
  })

  test('that would drop nonces is told of', async () => {
    const set = (...words: string[]) =>
      spawnSync('redis-cli', ['-p', String(port), 'config', 'set', ...words])
    const heard: string[] = []
    const connect = () =>
      connectRedis({ url: url(), connectTimeout: 500, onState: (state) => heard.push(state) })
    const plain = await connect()
    set('maxmemory-policy', 'volatile-lru')
    const unbounded = await connect()
    set('maxmemory', '64mb')
    const evicting = await connect()
    set('maxmemory-policy', 'noeviction')
    const keeping = await connect()
    set('maxmemory', '0')
    for (const each of [plain, unbounded, evicting, keeping]) await each.close()
    expect(heard).toEqual(['evicts'])
  })

  test('that cannot keep anything is said at once', async () => {
    const port2 = await freePort()
    const options = ['--port', String(port2), '--bind', '127.0.0.1', '--save', '', '--dir', folder]
    const replica = spawn('redis-server', [...options, '--replicaof', '127.0.0.1', '1'], { stdio: 'ignore' })
    let message = ''
    for (let tries = 0; tries < 100 && !message.includes('READONLY'); tries++) {
      const reading = connectRedis({
        url: `redis://127.0.0.1:${port2}`,
        connectTimeout: 500,
        onState: () => undefined,
      })
      message = await reading.then(
        () => 'connected',
        (error: Error) => error.message,
      )
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    replica.kill()
    expect(message).toBe('Redis cannot be used (READONLY); check the URL, or leave --redis out')
  })

  test('that refuses the password is said by its own word', async () => {
    const secret = `redis://user:secret@127.0.0.1:${port}`
    const connecting = connectRedis({ url: secret, connectTimeout: 500, onState: () => undefined })
    await expect(connecting).rejects.toThrow('Redis cannot be used (WRONGPASS)')
  })
})
