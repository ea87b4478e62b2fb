/**
 * The keys of agents that an isolate holds. Nothing is fetched here: what the cron has fetched is put in.
 * @module
 */
import type { SignatureAlgorithm } from '../../../signature/general/algorithm.ts'
import type { VerifyingKey } from '../../../signature/general/verify-signature.ts'
import { importVerifyingKey, type Jwk } from '../../../signature/general/webcrypto-key.ts'
import { MAX_KEYS, type PublishedKey } from './published-key.ts'

/** A key that can verify, imported when it is first needed. */
export interface HeldKey {
  open(): VerifyingKey | Promise<VerifyingKey>
}

export interface KeyDirectory {
  /** @param agentHost As `https://agent.example`. @param now Milliseconds since the epoch. */
  keysOf(agentHost: string, keyid: string | undefined, now: number): HeldKey | undefined
  /**
   * All keys of a host, in place of those before. Ignored for hosts that are not listed and for what is older than
   * what is there. `fetched`: seconds since the epoch.
   */
  replace(agentHost: string, keys: readonly PublishedKey[], fetched: number): void
  /** Of every listed host; `age` in seconds, absent when its directory has never come. */
  ages(now: number): readonly { readonly host: string; readonly count: number; readonly age?: number }[]
}

export type KeyImporter = (alg: SignatureAlgorithm, jwk: Jwk) => Promise<VerifyingKey>

/** Seconds for which a directory is good (the draft's own `max-age`), and for which it stands in while none comes. */
const FRESH = 86_400
const GRACE = 86_400

interface Shelf {
  readonly fetched: number
  readonly keys: ReadonlyMap<string, OneKey>
}

/** @param hosts The allow list: no more hosts than these are ever held. */
export function createKeyDirectory(
  hosts: readonly string[],
  importKey: KeyImporter = importVerifyingKey,
): KeyDirectory {
  const listed = new Set(hosts)
  const shelves = new Map<string, Shelf>()
  return {
    keysOf(agentHost, keyid, now) {
      const shelf = shelves.get(agentHost)
      if (!shelf || keyid === undefined || now / 1000 - shelf.fetched > FRESH + GRACE) return undefined
      const key = shelf.keys.get(keyid)
      return key?.isGood(now / 1000) ? key : undefined
    },
    replace(agentHost, published, fetched) {
      const before = shelves.get(agentHost)
      if (!listed.has(agentHost) || (before && before.fetched > fetched)) return
      const keys = published.slice(0, MAX_KEYS).map((key): [string, OneKey] => {
        // A thumbprint is the key: what is imported already stays.
        return [key.keyid, new OneKey(key, importKey, before?.keys.get(key.keyid))]
      })
      shelves.set(agentHost, { fetched, keys: new Map(keys) })
    },
    ages: (now) =>
      [...listed].map((host) => {
        const shelf = shelves.get(host)
        if (!shelf) return { host, count: 0 }
        return { host, count: shelf.keys.size, age: Math.max(0, Math.round(now / 1000 - shelf.fetched)) }
      }),
  }
}

class OneKey implements HeldKey {
  readonly #published: PublishedKey
  readonly #importKey: KeyImporter
  #opened: VerifyingKey | undefined
  /** The runtime does not take it: it is not tried again with each request. */
  #isRefused = false

  constructor(published: PublishedKey, importKey: KeyImporter, before: OneKey | undefined) {
    this.#published = published
    this.#importKey = importKey
    if (before === undefined) return
    this.#opened = before.#opened
    this.#isRefused = before.#isRefused
  }

  isGood(seconds: number): boolean {
    const { nbf = 0, exp = Number.POSITIVE_INFINITY } = this.#published
    return !this.#isRefused && seconds >= nbf && seconds < exp
  }

  open(): VerifyingKey | Promise<VerifyingKey> {
    return this.#opened ?? this.#import()
  }

  /** The key is kept and not the promise: in workerd a promise belongs to the request that made it. */
  async #import(): Promise<VerifyingKey> {
    const { jwk } = this.#published
    try {
      const opened = await this.#importKey(jwk.kty === 'OKP' ? 'ed25519' : 'rsa-pss-sha512', jwk)
      this.#opened = opened
      return opened
    } catch (error) {
      this.#isRefused = true
      throw error
    }
  }
}
