/**
 * Where a verifier has its keys from: a set that never changes, or a source that does while it runs.
 * @module
 */
import { type KeySet, parseKeySet } from '../signature/keys.ts'
import { importOriginKey, type OriginKey } from './mac.ts'

/** Keys that may change: see `watchKeyFile` and `followKeyUrl`. */
export interface KeySource {
  /** Another number after each change of `keys`. */
  readonly version: number
  /** Without any key every signed request is refused. */
  readonly keys: KeySet
}

/** Keys that are read again while the process runs. */
export interface WatchedKeys extends KeySource {
  /** Reads at once, as on a signal; resolves when the new set is in use or the problem has been reported. */
  reload(): Promise<void>
  /** Reads no more; the last keys stay. */
  close(): void
}

/** A source that says what it was given last. */
export interface KeyHolder extends KeySource {
  /** True when the set differs from the one before. */
  replace(keys: KeySet): boolean
}

export function createKeyHolder(first: KeySet): KeyHolder {
  let keys = first
  let version = 1
  let text = JSON.stringify(first)
  return {
    get keys() {
      return keys
    },
    get version() {
      return version
    },
    replace(next) {
      const changed = JSON.stringify(next)
      if (changed === text) return false
      keys = next
      text = changed
      version++
      return true
    },
  }
}

/** A holder's keys as they are at any time, and how to have them read. */
export function watchHolder(
  holder: KeyHolder,
  poll: { askNow(): Promise<void>; close(): void },
): WatchedKeys {
  return {
    get keys() {
      return holder.keys
    },
    get version() {
      return holder.version
    },
    reload: poll.askNow,
    close: poll.close,
  }
}

/** @throws TypeError that says which key is wrong and how; never shows key material. */
function parseKeys(keys: KeySet | string): KeySet {
  // Objects take the same way as text: a caller's own object may be anything.
  const result = parseKeySet(typeof keys === 'string' ? keys : (JSON.stringify(keys) ?? ''))
  if (result.ok) return result.keySet
  throw new TypeError(`keys: ${result.error.message}`)
}

function importKeys({ keys }: KeySet): ReadonlyMap<string, OriginKey> {
  return new Map(keys.map((key) => [key.kid, importOriginKey(key)]))
}

/** A key that cannot be imported is a key that is not there: the others still hold. */
function importUsable({ keys }: KeySet): ReadonlyMap<string, OriginKey> {
  const ring = new Map<string, OriginKey>()
  for (const key of keys) {
    try {
      ring.set(key.kid, importOriginKey(key))
    } catch {
      // Sources tell the operator; a request can only be refused.
    }
  }
  return ring
}

function isSource(keys: KeySet | string | KeySource): keys is KeySource {
  return typeof keys === 'object' && 'version' in keys && !Array.isArray(keys.keys)
}

/**
 * Makes the look-up of keys by their id. A source is asked for its version each time, so that a change holds
 * from the next request on.
 * @throws TypeError or Error that says which key is wrong; never shows key material.
 */
export function openKeys(keys: KeySet | string | KeySource): (keyid: string) => OriginKey | undefined {
  if (!isSource(keys)) {
    const ring = importKeys(parseKeys(keys))
    return (keyid) => ring.get(keyid)
  }
  let { version } = keys
  let ring = importUsable(keys.keys)
  return (keyid) => {
    if (keys.version !== version) {
      version = keys.version
      ring = importUsable(keys.keys)
    }
    return ring.get(keyid)
  }
}
