/**
 * Key sets for both doors, as pure functions from sets to sets. Writing them is `key-files.ts`.
 * @module
 */
import { createPrivateKey } from 'node:crypto'
import { algorithmOf, type Ed25519Key, type Key, type KeySet } from '../../signature/keys.ts'
import type { Algorithm } from '../../signature/profile.ts'

/** What each door gets. The first key of each is the newest. */
export interface KeySets {
  /** Private: signs with its first key. */
  readonly edge: KeySet
  /** For HMAC the same secrets; for Ed25519 the public halves only. */
  readonly origin: KeySet
}

/** Gives as many cryptographically secure random bytes as asked for. */
export type Random = (bytes: number) => Uint8Array

/** Keys that may be active at once: the one that signs, and the one before it while it is replaced. */
const MAX_ACTIVE = 2

export type Change =
  | { readonly ok: true; readonly sets: KeySets }
  | { readonly ok: false; readonly error: string }

const SECRET_BYTES = 32
/** Without the letters and digits that are easily misread. */
const SUFFIX = 'abcdefghjkmnpqrstuvwxyz23456789'

/** PKCS #8 frame of an Ed25519 private key (RFC 8410 section 7); the 32 bytes of the key follow. */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex')

/** A kid such as `k-20261122-x7f2`: the day it was made, and four characters against clashes. */
function createKid(random: Random, now: Date): string {
  const day = now.toISOString().slice(0, 10).replaceAll('-', '')
  let suffix = ''
  for (const byte of random(4)) suffix += SUFFIX.charAt(byte % SUFFIX.length)
  return `k-${day}-${suffix}`
}

function createKey(alg: Algorithm, random: Random, now: Date): Key {
  const kid = createKid(random, now)
  const secret = Buffer.from(random(SECRET_BYTES))
  if (alg === 'hmac-sha256')
    return { kty: 'oct', k: secret.toString('base64url'), kid, alg: 'HS256', use: 'sig' }
  const der = Buffer.concat([PKCS8_ED25519, secret])
  const { x = '' } = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({ format: 'jwk' })
  return { kty: 'OKP', crv: 'Ed25519', x, d: secret.toString('base64url'), kid, alg: 'EdDSA', use: 'sig' }
}

function publish(key: Key): Key {
  if (key.kty === 'oct') return key
  const { d: _private, ...half }: Ed25519Key = key
  return half
}

function toSets(keys: readonly Key[]): KeySets {
  return { edge: { keys }, origin: { keys: keys.map(publish) } }
}

/** New sets of one key. Also for running both doors in one process. */
export function createKeySets(alg: Algorithm, random: Random, now: Date = new Date()): KeySets {
  return toSets([createKey(alg, random, now)])
}

const empty = (command: string): Change => ({
  ok: false,
  error: `the key set is empty; make keys with "${command} new"`,
})

/**
 * Adds a key in front, of the first one's kind: the edge signs with it, the origin accepts old and new.
 * `command` is what an error tells to run.
 */
export function rotateKeys(edge: KeySet, random: Random, now: Date, command = 'sallyport keys'): Change {
  const [first] = edge.keys
  if (!first) return empty(command)
  if (edge.keys.length >= MAX_ACTIVE) {
    return {
      ok: false,
      error: `${edge.keys.length} keys are active already; when ${first.kid} has signed what is live, run "${command} retire" first`,
    }
  }
  let key = createKey(algorithmOf(first), random, now)
  while (edge.keys.some(({ kid }) => kid === key.kid)) key = createKey(algorithmOf(first), random, now)
  return { ok: true, sets: toSets([key, ...edge.keys]) }
}

/** Keeps the newest key only. */
export function retireKeys(edge: KeySet, command = 'sallyport keys'): Change {
  const [first] = edge.keys
  if (!first) return empty(command)
  if (edge.keys.length === 1) {
    return { ok: false, error: `${first.kid} is the only key; run "${command} rotate" to replace it` }
  }
  return { ok: true, sets: toSets([first]) }
}
