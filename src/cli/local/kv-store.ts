/**
 * The KV namespace of a local edge as a store.
 * @module
 */
import type { Store, StoredKey } from '../publish/store.ts'
import type { LocalKv } from './edge.ts'

/** Keys listed at most: a local run publishes far less. */
const MAX_KEYS = 10_000

function readMetadata(metadata: unknown): Pick<StoredKey, 'metadata'> {
  if (typeof metadata !== 'object' || metadata === null) return {}
  const known = Object.entries(metadata).filter(
    ([, value]) => typeof value === 'string' || typeof value === 'number',
  )
  return { metadata: Object.fromEntries(known) }
}

export function createKvStore(kv: LocalKv, place: string): Store {
  return {
    place,
    get: (key) => kv.get(key, 'arrayBuffer'),
    async put(writes) {
      for (const { key, value, metadata } of writes) {
        await kv.put(key, value, metadata === undefined ? {} : { metadata })
      }
    },
    async list(prefix) {
      const found: StoredKey[] = []
      let cursor: string | null = null
      do {
        const page: Awaited<ReturnType<LocalKv['list']>> = await kv.list({ prefix, cursor })
        for (const { name, metadata } of page.keys) found.push({ key: name, ...readMetadata(metadata) })
        cursor = page.list_complete ? null : page.cursor
      } while (cursor !== null && found.length < MAX_KEYS)
      return found
    },
  }
}
