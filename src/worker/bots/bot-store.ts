/**
 * Where what is fetched about agents is kept.
 * @module
 */
import { readBounded } from '../read-bounded.ts'
import { BOT_DATA_KEY, MAX_BOT_DATA_BYTES } from './stored-data.ts'

/** Both may reject: the store is down. */
export interface BotStore {
  /** The value; `null` when there is none. One that is too long comes as a buffer that is too long. */
  get(): Promise<ArrayBuffer | null>
  put(value: ArrayBuffer): Promise<void>
}

/** What of a KV namespace is used. */
export interface BotNamespace {
  get(
    key: string,
    options: { readonly type: 'stream'; readonly cacheTtl?: number },
  ): Promise<ReadableStream<Uint8Array> | null>
  put(key: string, value: ArrayBuffer): Promise<void>
}

/** Seconds that a data centre may keep what it has read: isolates look every ten minutes. */
const CACHED = 300

/** @param isCached Whether what a data centre has read lately will do; the cron must see what it has written. */
export function openBotStore(kv: BotNamespace, isCached: boolean): BotStore {
  return {
    async get() {
      const options = isCached ? { cacheTtl: CACHED } : {}
      const stream = await kv.get(BOT_DATA_KEY, { type: 'stream', ...options })
      return stream && readBounded(stream, MAX_BOT_DATA_BYTES)
    },
    put: (value) => kv.put(BOT_DATA_KEY, value),
  }
}
