/**
 * A connection to the Redis that several auth servers share, made so that a Redis that is slow or away refuses
 * requests instead of holding them.
 * @module
 */
import { type RedisClientOptions as ClientOptions, createClient } from '@redis/client'

export interface RedisConnection {
  /** True when the key was not there; it is then, for so many seconds. Rejects while Redis cannot be asked. */
  setIfAbsent(key: string, seconds: number): Promise<boolean>
  close(): Promise<void>
}

export interface RedisOptions {
  /** `redis://` or `rediss://`, with user and password where they are needed. */
  readonly url: string
  /** Milliseconds. */
  readonly connectTimeout: number
  /**
   * Told of each state that lasts: `lost` once, until it is `back`. `evicts` comes when it connects: once its
   * memory is full, it would drop nonces that may still be replayed.
   */
  readonly onState: (state: 'lost' | 'back' | 'evicts') => void
}

/** Commands that wait for an answer at most: more would wait longer than a request may. */
const MAX_QUEUE = 10_000

/** Milliseconds. */
const MAX_PAUSE = 1000

/** Milliseconds between questions whether it is still there. */
const PING = 1000

/** Written once when it connects, beside the nonces: a Redis that only reads, or not there, is found out at once. */
const PROBE = 'sallyport:nonce:start'

type Client = ReturnType<typeof createClient>

/** @throws Error without the URL: those of the client's own show it, or parts of it. */
function open(options: ClientOptions): Client {
  try {
    return createClient(options)
  } catch {
    throw new Error(
      'the Redis URL cannot be read; give redis://user:password@host:6379/0, with %2F for / in a password and the like',
    )
  }
}

/** @throws Error without the URL, which may hold a password. */
export async function connectRedis(options: RedisOptions): Promise<RedisConnection> {
  let state: 'new' | 'up' | 'lost' = 'new'
  const client = open({
    url: options.url,
    // What cannot be asked now is refused now.
    disableOfflineQueue: true,
    commandsQueueMaxLength: MAX_QUEUE,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    // A Redis that says nothing for so long is given up, and a new connection tried.
    pingInterval: PING,

    socket: {
      connectTimeout: options.connectTimeout,
      socketTimeout: 5 * PING,
      reconnectStrategy: (retries, cause) =>
        state === 'new' ? cause : Math.min(50 * (retries + 1), MAX_PAUSE),
    },
  })
  client.on('error', () => {
    if (state === 'up') options.onState('lost')
    if (state !== 'new') state = 'lost'
  })
  client.on('ready', () => {
    if (state === 'lost') options.onState('back')
    state = 'up'
  })
  try {
    await client.connect()
    await client.set(PROBE, '1', { expiration: { type: 'EX', value: 1 } })
  } catch (error) {
    if (client.isOpen) client.destroy()
    const code = error instanceof Error && 'code' in error ? String(error.code) : nameReason(error)
    throw new Error(`Redis cannot be used (${code}); check the URL, or leave --redis out`)
  }
  if (await evicts(client)) options.onState('evicts')
  return {
    async setIfAbsent(key, seconds) {
      const answer = await client.set(key, '1', {
        condition: 'NX',
        expiration: { type: 'EX', value: seconds },
      })
      return answer === 'OK'
    },
    async close() {
      // Answers that are under way still come; nothing new is asked.
      await client.close().catch(() => client.destroy())
    },
  }
}

/** Nonces expire, so every policy but one drops them first. False where that may not be asked. */
async function evicts(client: Client): Promise<boolean> {
  const text = await client.info('memory').catch(() => '')
  return /^maxmemory:[1-9]/m.test(text) && !/^maxmemory_policy:noeviction\r?$/m.test(text)
}

/** Redis' own first word, such as WRONGPASS; its further words may repeat what was sent. */
function nameReason(error: unknown): string {
  const word = error instanceof Error ? /^[A-Z]{3,20}\b/.exec(error.message)?.[0] : undefined
  return word ?? 'no answer'
}
