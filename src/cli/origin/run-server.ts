/**
 * Brings the auth server up from its settings and down again.
 * @module
 */
import type { RedisConnection } from '../../origin/auth-server/connect-redis.ts'
import { startAuthServer } from '../../origin/auth-server/start.ts'
import { watchKeyFile } from '../../origin/key-file.ts'
import type { WatchedKeys } from '../../origin/key-source.ts'
import { followKeyUrl } from '../../origin/key-url.ts'
import type { ReplayStore } from '../../origin/replay.ts'
import { createFlooredStore, type FlooredStore } from '../../origin/replay-floor.ts'
import { createMemoryReplayStore } from '../../origin/replay-memory.ts'
import { createRedisReplayStore } from '../../origin/replay-redis.ts'
import type { ServeSettings } from './serve-settings.ts'

/** What the process lends to the server. */
export interface ServerShell {
  /** Seconds since 1970. */
  readonly now: () => number
  /** A line of the decision log; false when nobody reads the last ones. */
  readonly print: (line: string) => boolean
  /** A sentence for the operator. */
  readonly tell: (text: string) => void
}

export interface RunningServer {
  readonly address: string
  readonly adminAddress: string | undefined
  /** Reads the keys again, at once. */
  reload(): Promise<void>
  close(): Promise<void>
}

/** Milliseconds. A request waits for Redis so long at most, and is then refused. */
const REDIS_TIMEOUT = 250
const REDIS_CONNECT = 3000

const REDIS_STATES = {
  lost: 'Redis is away: signed requests are refused until it is back.',
  back: 'Redis is back: signed requests are let in again.',
  evicts:
    'warning: Redis drops nonces when its memory is full, and then a request could be used twice; set its ' +
    'maxmemory-policy to noeviction.',
} as const

interface Replay {
  readonly store: ReplayStore
  readonly bytes: number | undefined
  readonly redis: RedisConnection | undefined
}

async function openReplay(settings: ServeSettings, { now, tell }: ServerShell): Promise<Replay> {
  if (settings.redis === undefined) {
    const { capacity } = settings
    const store = createMemoryReplayStore({ capacity, since: Math.floor(now()) })
    return { store, bytes: store.bytes, redis: undefined }
  }
  // Loaded only when it is needed: no other command pays for it.
  const { connectRedis } = await import('../../origin/auth-server/connect-redis.ts')
  let store: FlooredStore | undefined
  const redis = await connectRedis({
    url: settings.redis,
    connectTimeout: REDIS_CONNECT,
    onState(state) {
      // It may have been started anew, or another may have taken its place: nobody knows what it has forgotten.
      // What was signed in this very second may have been used as well.
      if (state === 'back') store?.raise(Math.floor(now()) + 1)
      tell(REDIS_STATES[state])
    },
  })
  store = createFlooredStore(createRedisReplayStore(redis, { timeoutMs: REDIS_TIMEOUT, skew: settings.skew }))
  return { store, bytes: undefined, redis }
}

function openKeys({ keys }: ServeSettings, { tell }: ServerShell): Promise<WatchedKeys> {
  const reports = {
    onChange: (keyids: readonly string[]) => tell(`The keys have changed: ${keyids.join(', ')}.`),
    onError: ({ message }: Error) => tell(`warning: ${message}`),
  }
  return 'file' in keys ? watchKeyFile(keys.file, reports) : followKeyUrl(keys.url, reports)
}

/** @throws Error that says what could not be had, and how to fix it. What was opened before is closed. */
export async function runServer(settings: ServeSettings, shell: ServerShell): Promise<RunningServer> {
  const keys = await openKeys(settings, shell)
  try {
    const replay = await openReplay(settings, shell)
    try {
      return await start(settings, shell, keys, replay)
    } catch (error) {
      await replay.redis?.close()
      throw error
    }
  } catch (error) {
    keys.close()
    throw error
  }
}

async function start(
  settings: ServeSettings,
  { now, print }: ServerShell,
  keys: WatchedKeys,
  { store, bytes, redis }: Replay,
): Promise<RunningServer> {
  const { mode, protocol, pathPrefix, listen, socketMode, admin, facts, log, logRate } = settings
  const { authority, scheme, skew, maxTtl, unsigned } = settings
  const server = await startAuthServer({
    mode,
    protocol,
    pathPrefix,
    listen,
    socketMode,
    ...(admin && { admin }),
    facts,
    verifier: {
      keys,
      authority,
      ...(scheme && { scheme }),
      skew,
      maxTtl,
      unsigned: { paths: unsigned },
      replay: store,
      now,
    },
    log: { what: log, perSecond: logRate, print },
    isReady: () => keys.keys.keys.length > 0,
    readGauges: () => ({
      keySetVersion: keys.version,
      keys: keys.keys.keys.length,
      replayBytes: bytes,
    }),
  })
  return {
    address: server.address,
    adminAddress: server.adminAddress,
    reload: () => keys.reload(),
    async close() {
      await server.close()
      keys.close()
      await redis?.close()
    },
  }
}
