/**
 * A replay store that several verifiers share: one `SET … NX EX` for each request.
 *
 * Redis must keep what it is given: no eviction (`maxmemory-policy noeviction`). A replica that takes over may
 * not have heard of the last nonces yet.
 * @module
 */
import type { ReplayStore } from './replay.ts'
import { within } from './within.ts'

/** All that is needed of a client. */
export interface ExpiringSet {
  /** One indivisible step: true when the key was not there; it then is, for so many seconds. */
  setIfAbsent(key: string, seconds: number): Promise<boolean>
}

export interface RedisReplayOptions {
  /** In front of each nonce. Default `sallyport:nonce:`. Doors that share keys share it. */
  readonly prefix?: string
  /** Milliseconds to wait for an answer, 1 to 10,000; the request is refused then. Default 250. */
  readonly timeoutMs?: number
  /** Seconds by which the clocks of edge and verifiers may differ, 0 to 30. Default 30, which suits all. */
  readonly skew?: number
}

const MAX_SKEW = 30

function bound(name: string, value: number, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value
  throw new RangeError(`${name} must be a whole number from ${min} to ${max}, not ${value}`)
}

/** @throws RangeError when an option is out of bounds. */
export function createRedisReplayStore(set: ExpiringSet, options: RedisReplayOptions = {}): ReplayStore {
  const { prefix = 'sallyport:nonce:' } = options
  const timeoutMs = bound('timeoutMs', options.timeoutMs ?? 250, 1, 10_000)
  const skew = bound('skew', options.skew ?? MAX_SKEW, 0, MAX_SKEW)
  return {
    async claim(nonce, _created, expires, now) {
      // Any verifier takes the signature until `expires` + skew by its own clock, which may be a skew behind.
      const seconds = Math.ceil(expires - now) + 2 * skew + 1
      const isFresh = await within(timeoutMs, set.setIfAbsent(prefix + nonce, Math.max(1, seconds)))
      return isFresh ? 'fresh' : 'replayed'
    },
  }
}

/** A connected client of `redis` or `@redis/client`, version 4 or later. */
export function fromNodeRedis(client: { sendCommand(command: string[]): Promise<unknown> }): ExpiringSet {
  return {
    setIfAbsent: async (key, seconds) =>
      isSet(await client.sendCommand(['SET', key, '1', 'NX', 'EX', String(seconds)])),
  }
}

/** A client of `ioredis`. */
export function fromIoredis(client: {
  set(key: string, value: string, unit: 'EX', seconds: number, condition: 'NX'): Promise<unknown>
}): ExpiringSet {
  return { setIfAbsent: async (key, seconds) => isSet(await client.set(key, '1', 'EX', seconds, 'NX')) }
}

/** @throws Error for an answer that is neither: in doubt the request is refused, and not as a replay. */
function isSet(answer: unknown): boolean {
  if (answer === null) return false
  if (answer === 'OK') return true
  if (answer instanceof Uint8Array && Buffer.from(answer).toString() === 'OK') return true
  throw new Error('the replay store gave an answer that is not understood')
}
