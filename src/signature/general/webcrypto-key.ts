/**
 * Keys by WebCrypto, for every algorithm of RFC 9421 section 3.3: `sallyport/signature/keys`.
 * @module
 */
import { fromBase64 } from '../base64.ts'
import type { SignatureAlgorithm } from './algorithm.ts'
import type { SigningKey } from './sign-message.ts'
import type { VerifyingKey } from './verify-signature.ts'

/** A JSON Web Key (RFC 7517); which members count depends on `kty`. */
export interface Jwk {
  readonly kty: string
  readonly crv?: string
  readonly k?: string
  readonly n?: string
  readonly e?: string
  readonly d?: string
  readonly p?: string
  readonly q?: string
  readonly dp?: string
  readonly dq?: string
  readonly qi?: string
  readonly x?: string
  readonly y?: string
  readonly kid?: string
  readonly alg?: string
}

interface Scheme {
  readonly kty: string
  readonly crv?: string
  /** Names of the algorithm in JSON Web Keys (RFC 7518 section 3.1, RFC 8037, RFC 9864). */
  readonly jose: readonly string[]
  readonly importing: { readonly name: string; readonly hash?: string; readonly namedCurve?: string }
  readonly signing: { readonly name: string; readonly hash?: string; readonly saltLength?: number }
}

const SCHEMES: Readonly<Record<SignatureAlgorithm, Scheme>> = {
  'rsa-pss-sha512': {
    kty: 'RSA',
    jose: ['PS512'],
    importing: { name: 'RSA-PSS', hash: 'SHA-512' },
    signing: { name: 'RSA-PSS', saltLength: 64 },
  },
  'rsa-v1_5-sha256': {
    kty: 'RSA',
    jose: ['RS256'],
    importing: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
    signing: { name: 'RSASSA-PKCS1-v1_5' },
  },
  'hmac-sha256': {
    kty: 'oct',
    jose: ['HS256'],
    importing: { name: 'HMAC', hash: 'SHA-256' },
    signing: { name: 'HMAC' },
  },
  'ecdsa-p256-sha256': {
    kty: 'EC',
    crv: 'P-256',
    jose: ['ES256'],
    importing: { name: 'ECDSA', namedCurve: 'P-256' },
    signing: { name: 'ECDSA', hash: 'SHA-256' },
  },
  'ecdsa-p384-sha384': {
    kty: 'EC',
    crv: 'P-384',
    jose: ['ES384'],
    importing: { name: 'ECDSA', namedCurve: 'P-384' },
    signing: { name: 'ECDSA', hash: 'SHA-384' },
  },
  ed25519: {
    kty: 'OKP',
    crv: 'Ed25519',
    jose: ['EdDSA', 'Ed25519'],
    importing: { name: 'Ed25519' },
    signing: { name: 'Ed25519' },
  },
}

/** Bytes of the shortest secret, bits of the shortest RSA modulus. */
const MIN_SECRET = 32
const MIN_MODULUS = 2048

/** None for what is no base64url: some runtimes pass over other characters, so that a long text is a short key. */
function readBytes(text = ''): Uint8Array {
  return /^[A-Za-z0-9_-]*$/.test(text) ? fromBase64(text) : new Uint8Array()
}

/** Of a number without zero bytes before it (RFC 7518 section 6.3.1.1); 0 for any other. */
function countBits(bytes: Uint8Array): number {
  const [first = 0] = bytes
  return first === 0 ? 0 : bytes.length * 8 + 24 - Math.clz32(first)
}

const PUBLIC = ['kty', 'crv', 'n', 'e', 'x', 'y'] as const
const PRIVATE = [...PUBLIC, 'd', 'p', 'q', 'dp', 'dq', 'qi'] as const

/** Errors say what is wrong with a key and never what it holds. */
function requireFit(alg: SignatureAlgorithm, jwk: Jwk): Scheme {
  const scheme = SCHEMES[alg]
  if (!scheme) throw new TypeError(`alg must be one of ${Object.keys(SCHEMES).join(', ')}`)
  const { kty, crv, jose } = scheme
  if (jwk.kty !== kty || (crv !== undefined && jwk.crv !== crv)) {
    throw new TypeError(
      `a key for ${alg} has "kty" "${kty}"${crv === undefined ? '' : ` and "crv" "${crv}"`}`,
    )
  }
  if (jwk.alg !== undefined && !jose.includes(jwk.alg)) {
    throw new TypeError(`the key's own "alg" is not ${jose.join(' or ')}: it is not for ${alg}`)
  }
  if (kty === 'oct' && readBytes(jwk.k).length < MIN_SECRET) {
    throw new TypeError(`a secret for ${alg} has at least ${MIN_SECRET} bytes, as base64url`)
  }
  if (kty === 'RSA' && countBits(readBytes(jwk.n)) < MIN_MODULUS) {
    throw new TypeError(`a key for ${alg} has a modulus of at least ${MIN_MODULUS} bits, as base64url`)
  }
  return scheme
}

/** Only what the key consists of: `use`, `key_ops` and `alg` could contradict the record. */
function pick(jwk: Jwk, names: readonly (keyof Jwk)[]): Jwk {
  const picked: { -readonly [K in keyof Jwk]: Jwk[K] } = { kty: jwk.kty }
  for (const name of names) {
    const value = jwk[name]
    if (value !== undefined) picked[name] = value
  }
  return picked
}

/**
 * A secret or private key to sign with. `keyid` is the key's `kid`, if it has one.
 *
 * @throws TypeError when the key is not for `alg` or has no private half, and what WebCrypto throws (a DOMException)
 * when it refuses the key.
 */
export async function importSigningKey(alg: SignatureAlgorithm, jwk: Jwk): Promise<SigningKey> {
  const { importing, signing, kty } = requireFit(alg, jwk)
  if (kty !== 'oct' && jwk.d === undefined) throw new TypeError('a public key cannot sign')
  const { subtle } = crypto
  const part = kty === 'oct' ? pick(jwk, ['k']) : pick(jwk, PRIVATE)
  const key = await subtle.importKey('jwk', part, importing, false, ['sign'])
  const sign: SigningKey['sign'] = (base) => subtle.sign(signing, key, base)
  return jwk.kid === undefined ? { alg, sign } : { alg, keyid: jwk.kid, sign }
}

/**
 * A secret or public key to verify with; the private half, if it is there, is ignored.
 *
 * @throws TypeError when the key is not for `alg`, and what WebCrypto throws (a DOMException) when it refuses it.
 */
export async function importVerifyingKey(alg: SignatureAlgorithm, jwk: Jwk): Promise<VerifyingKey> {
  const { importing, signing, kty } = requireFit(alg, jwk)
  const { subtle } = crypto
  const part = pick(jwk, kty === 'oct' ? ['k'] : PUBLIC)
  const key = await subtle.importKey('jwk', part, importing, false, ['verify'])
  return { alg, verify: (base, signature) => subtle.verify(signing, key, signature, base) }
}
