/**
 * A floor under a replay store that may lose what it was told, as a Redis does that is started anew.
 * @module
 */
import type { ReplayStore } from './replay.ts'

export interface FlooredStore extends ReplayStore {
  /** What was signed before `since`, in seconds since 1970, is refused from now on. */
  raise(since: number): void
}

export function createFlooredStore(store: ReplayStore): FlooredStore {
  let floor = 0
  return {
    raise(since) {
      floor = Math.max(floor, since)
    },
    claim: (nonce, created, expires, now) =>
      created < floor ? 'too-old' : store.claim(nonce, created, expires, now),
  }
}
