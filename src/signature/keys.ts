/**
 * Key sets: JWK Sets (RFC 7517) of HMAC secrets and Ed25519 keys (RFC 8037). Errors name a key by its
 * place and its id, never by what it holds.
 * @module
 */
import { fromBase64, toBase64Url } from './base64.ts'
import { type Algorithm, KEY_ID } from './profile.ts'

export interface HmacKey {
  readonly kty: 'oct'
  /** The secret, base64url, 32 to 64 bytes. */
  readonly k: string
  readonly kid: string
  readonly alg: 'HS256'
  readonly use: 'sig'
}

export interface Ed25519Key {
  readonly kty: 'OKP'
  readonly crv: 'Ed25519'
  /** The public key, base64url, 32 bytes. */
  readonly x: string
  /** The private key, base64url, 32 bytes; absent in the origin's key set. */
  readonly d?: string
  readonly kid: string
  readonly alg: 'EdDSA'
  readonly use: 'sig'
}

export type Key = HmacKey | Ed25519Key

/** One to eight keys. The edge signs with the first; the verifier accepts all of them. */
export interface KeySet {
  readonly keys: readonly Key[]
}

export type KeySetProblem =
  | 'not-json'
  | 'not-a-key-set'
  | 'too-many-keys'
  | 'bad-key-type'
  | 'bad-algorithm'
  | 'bad-use'
  | 'bad-kid'
  | 'repeated-kid'
  | 'bad-key-material'

export interface KeySetError {
  readonly code: KeySetProblem
  /** One sentence for an operator: what is wrong, where, and how to fix it. */
  readonly message: string
}

export type KeySetResult =
  | { readonly ok: true; readonly keySet: KeySet }
  | { readonly ok: false; readonly error: KeySetError }

const MAX_KEYS = 8
const MAX_TEXT = 16_384
const MIN_SECRET = 32
/** HMAC-SHA256 hashes longer keys first (RFC 2104 section 2): more adds nothing. */
const MAX_SECRET = 64

const MAKE_NEW = 'make a new set with "sallyport keys new"'

/** How a key signs: bound to its type, whatever a message claims. */
export function algorithmOf(key: Key): Algorithm {
  return key.kty === 'oct' ? 'hmac-sha256' : 'ed25519'
}

function fail(code: KeySetProblem, message: string): { readonly ok: false; readonly error: KeySetError } {
  return { ok: false, error: { code, message } }
}

type KeyResult =
  | { readonly ok: true; readonly key: Key }
  | { readonly ok: false; readonly error: KeySetError }

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** True for base64url text in its one canonical spelling that decodes to `min`…`max` bytes. */
function isMaterial(value: unknown, min: number, max: number): value is string {
  if (typeof value !== 'string' || value.length > 128 || !/^[A-Za-z0-9_-]+$/.test(value)) return false
  const bytes = fromBase64(value)
  return bytes.length >= min && bytes.length <= max && toBase64Url(bytes) === value
}

/** Reads the text of a JWK Set. Never throws, and never repeats any of the text. */
export function parseKeySet(text: string): KeySetResult {
  if (text.length > MAX_TEXT)
    return fail('not-a-key-set', `the key set is longer than ${MAX_TEXT} characters; ${MAKE_NEW}`)
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return fail('not-json', `the key set is not JSON: expected {"keys":[…]}; ${MAKE_NEW}`)
  }
  const list = isRecord(parsed) ? parsed.keys : undefined
  if (!Array.isArray(list) || list.length === 0) {
    return fail('not-a-key-set', `the key set has no keys: expected {"keys":[…]}; ${MAKE_NEW}`)
  }
  if (list.length > MAX_KEYS) {
    return fail(
      'too-many-keys',
      `the key set has ${list.length} keys, at most ${MAX_KEYS} are allowed; retire old ones`,
    )
  }
  const keys: Key[] = []
  for (const [index, item] of list.entries()) {
    const result = parseKey(item, index)
    if (!result.ok) return result
    if (keys.some((key) => key.kid === result.key.kid)) {
      return fail(
        'repeated-kid',
        `keys[${index}] (${result.key.kid}) has the kid of an earlier key; each key needs its own`,
      )
    }
    keys.push(result.key)
  }
  return { ok: true, keySet: { keys } }
}

function parseKey(item: unknown, index: number): KeyResult {
  const place = `keys[${index}]`
  if (!isRecord(item)) return fail('not-a-key-set', `${place} is not an object; ${MAKE_NEW}`)
  const { kid } = item
  if (typeof kid !== 'string' || !KEY_ID.test(kid)) {
    return fail('bad-kid', `${place} needs a "kid" of 1 to 64 letters, digits, ".", "_" or "-"`)
  }
  const name = `${place} (${kid})`
  if (item.use !== undefined && item.use !== 'sig') {
    return fail('bad-use', `${name} has a "use" other than "sig"; keys for other uses do not belong here`)
  }
  if (item.kty === 'oct') return parseHmac(item, kid, name)
  if (item.kty === 'OKP') return parseEd25519(item, kid, name)
  return fail('bad-key-type', `${name} has a "kty" other than "oct" (HMAC) and "OKP" (Ed25519); ${MAKE_NEW}`)
}

function parseHmac(item: Readonly<Record<string, unknown>>, kid: string, name: string): KeyResult {
  if (item.alg !== undefined && item.alg !== 'HS256') {
    return fail('bad-algorithm', `${name} has an "alg" other than "HS256", which is the only one for "oct"`)
  }
  if (!isMaterial(item.k, MIN_SECRET, MAX_SECRET)) {
    return fail(
      'bad-key-material',
      `${name} needs a "k" of ${MIN_SECRET} to ${MAX_SECRET} bytes in base64url; ${MAKE_NEW}`,
    )
  }
  return { ok: true, key: { kty: 'oct', k: item.k, kid, alg: 'HS256', use: 'sig' } }
}

function parseEd25519(item: Readonly<Record<string, unknown>>, kid: string, name: string): KeyResult {
  if (item.crv !== 'Ed25519')
    return fail('bad-algorithm', `${name} has a "crv" other than "Ed25519"; ${MAKE_NEW}`)
  // RFC 9864 renames EdDSA over this curve to Ed25519; both mean the same key.
  if (item.alg !== undefined && item.alg !== 'EdDSA' && item.alg !== 'Ed25519') {
    return fail(
      'bad-algorithm',
      `${name} has an "alg" other than "EdDSA", which is the only one for "Ed25519"`,
    )
  }
  if (!isMaterial(item.x, 32, 32)) {
    return fail('bad-key-material', `${name} needs an "x" of 32 bytes in base64url; ${MAKE_NEW}`)
  }
  const key = { kty: 'OKP', crv: 'Ed25519', x: item.x, kid, alg: 'EdDSA', use: 'sig' } as const
  if (item.d === undefined) return { ok: true, key }
  if (!isMaterial(item.d, 32, 32)) {
    return fail('bad-key-material', `${name} has a "d" that is not 32 bytes in base64url; ${MAKE_NEW}`)
  }
  return { ok: true, key: { ...key, d: item.d } }
}

/** The text of a key set, one key per line. It holds secrets: write it where only its reader can look. */
export function formatKeySet(keySet: KeySet): string {
  return `{"keys":[\n${keySet.keys.map((key) => JSON.stringify(key)).join(',\n')}\n]}\n`
}
