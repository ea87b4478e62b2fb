/**
 * Keys as agents publish them: JSON Web Keys (RFC 7517) with a time in which they are good.
 * @module
 */
import { fromBase64, toBase64Url } from '../../../signature/base64.ts'

/** Only what the key consists of, in the order of its thumbprint (RFC 7638 section 3.2, RFC 8037 section 2). */
export type PublicJwk =
  | { readonly crv: 'Ed25519'; readonly kty: 'OKP'; readonly x: string }
  | { readonly e: string; readonly kty: 'RSA'; readonly n: string }

/** Plain data: it is kept as JSON. */
export interface PublishedKey {
  /** The thumbprint, computed by us: base64url of 32 bytes. */
  readonly keyid: string
  readonly jwk: PublicJwk
  /** Seconds since the epoch before and after which the key is not taken. */
  readonly nbf?: number
  readonly exp?: number
}

/** More keys than that are not kept of one host. */
export const MAX_KEYS = 32

type Fields = Readonly<Record<string, unknown>>

/** Members of private and of secret keys (RFC 7518 sections 6.2.2, 6.3.2 and 6.4). */
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const

const X = /^[A-Za-z0-9_-]{43}$/
/** 2,048 to 4,096 bits: a shorter modulus can be factored, a longer one costs us too much with each request. */
const N = /^[A-Za-z0-9_-]{342,683}$/
const KEYID = /^[A-Za-z0-9_-]{43}$/
/** From 1973 to 5138 in seconds are few digits; what has more is in milliseconds, as some directories have it. */
const MILLISECONDS = 1e11

/**
 * One member of a set's `keys`. `undefined` for anything that is not a public key for Ed25519 or RSA-PSS with
 * SHA-512, and for a key whose private half was published: whoever has read it can sign.
 */
export async function readPublishedKey(value: unknown): Promise<PublishedKey | undefined> {
  if (!isFields(value) || PRIVATE.some((name) => value[name] !== undefined)) return undefined
  if (value.use !== undefined && value.use !== 'sig') return undefined
  const { key_ops } = value
  if (key_ops !== undefined && !(Array.isArray(key_ops) && key_ops.includes('verify'))) return undefined
  const jwk = readPublicJwk(value)
  const times = jwk && readTimes(value)
  return times && { keyid: await thumbprint(jwk), jwk, ...times }
}

/**
 * Keys that this module has read before, from where they were kept. Their thumbprints are believed: what is kept is
 * authenticated. `undefined` when one of them is none.
 */
export function restorePublishedKeys(value: unknown): readonly PublishedKey[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_KEYS) return undefined
  const keys = value.map(restore)
  return keys.every((key) => key !== undefined) ? keys : undefined
}

function restore(value: unknown): PublishedKey | undefined {
  if (!isFields(value) || typeof value.keyid !== 'string' || !KEYID.test(value.keyid)) return undefined
  const jwk = isFields(value.jwk) ? readPublicJwk(value.jwk) : undefined
  const times = jwk && readTimes(value)
  return times && { keyid: value.keyid, jwk, ...times }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readPublicJwk({ kty, crv, alg, x, n, e }: Fields): PublicJwk | undefined {
  if (kty === 'OKP' && crv === 'Ed25519') {
    if (alg !== undefined && alg !== 'EdDSA' && alg !== 'Ed25519') return undefined
    return typeof x === 'string' && X.test(x) && isCanonical(x) ? { crv, kty, x } : undefined
  }
  if (kty !== 'RSA' || (alg !== undefined && alg !== 'PS512')) return undefined
  // 65537: the exponent sets what a verification costs, and nobody needs another.
  if (typeof n !== 'string' || !N.test(n) || e !== 'AQAB') return undefined
  return isCanonical(n) && (fromBase64(n)[0] ?? 0) >= 0x80 ? { e, kty, n } : undefined
}

/** One spelling for each key, or it would have several thumbprints. */
function isCanonical(text: string): boolean {
  return toBase64Url(fromBase64(text)) === text
}

function readTimes({ nbf, exp }: Fields): Pick<PublishedKey, 'nbf' | 'exp'> | undefined {
  const times: { nbf?: number; exp?: number } = {}
  for (const [name, value] of [['nbf', nbf] as const, ['exp', exp] as const]) {
    if (value === undefined) continue
    if (typeof value !== 'number' || !(value >= 0 && value <= 1e15)) return undefined
    times[name] = value > MILLISECONDS ? value / 1000 : value
  }
  return times
}

async function thumbprint(jwk: PublicJwk): Promise<string> {
  const text = new TextEncoder().encode(JSON.stringify(jwk))
  return toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', text)))
}
