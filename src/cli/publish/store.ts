/**
 * Where live policy is kept, as the commands reach it. Implementations: the KV of a running `npm start`
 * through its control door, and any namespace through wrangler.
 * @module
 */
import type { StoreWrite } from '../../bundle/delivery.ts'

export interface StoredKey {
  readonly key: string
  readonly metadata?: Readonly<Record<string, string | number>>
}

export interface Store {
  /** For people: `the edge at http://127.0.0.1:8787`. */
  readonly place: string
  /** `null` is "no such key". */
  get(key: string): Promise<ArrayBuffer | null>
  /** Writes all, in order. After a `StoreError` the writes before the failing one may have been made. */
  put(writes: readonly StoreWrite[]): Promise<void>
  /** Keys that begin with `prefix`, in no particular order. */
  list(prefix: string): Promise<readonly StoredKey[]>
}

/** The store cannot be read or written. The message says which one, why and what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
}

/** The documents' keys and nothing else: see `src/bundle/delivery.ts`. */
const KEY = /^(?:pointer|(?:manifest|blob)\/[0-9a-f]{64}|history\/[1-9][0-9]{0,15})$/
const PREFIX = /^(?:pointer|manifest\/|blob\/|history\/)$/

export function isStoreKey(text: string): boolean {
  return KEY.test(text)
}

export function isStorePrefix(text: string): boolean {
  return PREFIX.test(text)
}
