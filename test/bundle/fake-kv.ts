/**
 * Workers KV as it behaves across data centres: one store, and readers that are each some time behind it and
 * keep answers, also "no such key", in a cache of their own.
 */
import type { PolicyStore, StoreWrite } from '../../src/bundle/delivery.ts'

export interface FakeKv {
  put(write: Pick<StoreWrite, 'key' | 'value'>): void
  remove(key: string): void
  /** What is in the store itself. */
  get(key: string): Uint8Array<ArrayBuffer> | undefined
  keys(): readonly string[]
  /** A data centre. `delay`: milliseconds until it sees a write, for all keys or for each. */
  reader(delay?: number | ((key: string) => number)): FakeReader
}

export interface FakeReader extends PolicyStore {
  /** Keys as they were read, in order, with the age that was asked for. */
  readonly asked: readonly { readonly key: string; readonly maxAge: number }[]
  /** Runs before each answer: may throw, or wait. */
  before: (key: string) => void | Promise<void>
  /** Serves these bytes whatever the store holds; `undefined` ends that. */
  forge(key: string, bytes: Uint8Array<ArrayBuffer> | null | undefined): void
}

interface Version {
  readonly at: number
  readonly value: Uint8Array<ArrayBuffer> | null
}

/** KV refuses shorter ones: "Cache TTL must be at least 30". */
const LEAST_AGE = 30

/** @param now Milliseconds. */
export function createFakeKv(now: () => number): FakeKv {
  const store = new Map<string, Version[]>()

  function write(key: string, value: Version['value']): void {
    const versions = store.get(key) ?? []
    versions.push({ at: now(), value: value?.slice() ?? null })
    store.set(key, versions)
  }

  function seenAt(key: string, time: number): Version['value'] {
    return store.get(key)?.findLast(({ at }) => at <= time)?.value ?? null
  }

  function reader(delay: number | ((key: string) => number) = 0): FakeReader {
    const cache = new Map<string, { readonly value: Version['value']; readonly at: number }>()
    const forged = new Map<string, Version['value']>()
    const asked: { key: string; maxAge: number }[] = []
    const delayOf = typeof delay === 'number' ? () => delay : delay
    const self: FakeReader = {
      asked,
      before: () => {},
      forge(key, bytes) {
        if (bytes === undefined) forged.delete(key)
        else forged.set(key, bytes)
      },
      async get(key, maxAge) {
        asked.push({ key, maxAge })
        if (maxAge < LEAST_AGE) throw new Error(`Invalid cache_ttl of ${maxAge}.`)
        await self.before(key)
        if (forged.has(key)) return forged.get(key)?.slice().buffer ?? null
        const held = cache.get(key)
        const fresh = held !== undefined && now() - held.at < maxAge * 1000 && now() >= held.at
        const entry = fresh ? held : { value: seenAt(key, now() - delayOf(key)), at: now() }
        cache.set(key, entry)
        return entry.value?.slice().buffer ?? null
      },
    }
    return self
  }

  return {
    put: ({ key, value }) => write(key, value),
    remove: (key) => write(key, null),
    get: (key) => seenAt(key, now()) ?? undefined,
    keys: () => [...store.keys()].filter((key) => seenAt(key, now()) !== null),
    reader,
  }
}
