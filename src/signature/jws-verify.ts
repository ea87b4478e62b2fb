/**
 * Verification of `Sallyport-JWT`: takes what `createTokenSigner` would have written, and nothing else.
 * @module
 */
import { fromBase64, toBase64Url } from './base64.ts'
import { type ClientFields, parseClient, serializeClient, serializeVerdict } from './fields.ts'
import { formatTokenClaims, formatTokenHeader, TOKEN_ISSUER, type TokenClaims } from './jws.ts'
import { type Algorithm, NONCE } from './profile.ts'

/**
 * - `form`: not three parts of canonical base64url, too long, or another header.
 * - `keyid`: unknown; `algorithm`: not the key's; `mac`: does not match.
 * - `claims`: signed, but not of the form this version knows.
 * - `audience`: not ours; `created`: in the future; `expires`: passed; `lifetime`: empty or too long.
 */
export type TokenFailure =
  | 'form'
  | 'keyid'
  | 'algorithm'
  | 'mac'
  | 'claims'
  | 'audience'
  | 'created'
  | 'expires'
  | 'lifetime'

export interface TokenKey {
  readonly alg: Algorithm
  /** True when `signature` is right for `input`, compared in constant time. */
  readonly verify: (input: string, signature: Uint8Array<ArrayBuffer>) => Promise<boolean> | boolean
}

export interface TokenOptions {
  readonly findKey: (keyid: string) => TokenKey | undefined
  /** Seconds since 1970. */
  readonly now: number
  /** Seconds. */
  readonly skew: number
  /** Seconds. */
  readonly maxTtl: number
  /** The authorities that may stand in `aud`; `undefined` is any. */
  readonly authorities?: ReadonlySet<string> | undefined
}

export type TokenResult =
  | { readonly ok: true; readonly claims: TokenClaims; readonly keyid: string }
  | { readonly ok: false; readonly failure: TokenFailure }

/** Room for the longest target that hygiene can be told to let through, 64 KiB, in base64. */
const MAX_TOKEN = 98_304

const FORM = /^([A-Za-z0-9_-]{48,200})\.([A-Za-z0-9_-]{64,})\.([A-Za-z0-9_-]{43}|[A-Za-z0-9_-]{86})$/
const HEADER = /^\{"alg":"(HS256|EdDSA)","kid":"([A-Za-z0-9._-]{1,64})","typ":"JWT"\}$/
const METHOD = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,32}$/
const PATH = /^\/[\x21\x22\x24-\x3e\x40-\x7e]*$/
const QUERY = /^(?:\?[\x21\x22\x24-\x7e]*)?$/
const REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/
const AUTHORITY = /^[\x21-\x7e]{1,261}$/

function fail(failure: TokenFailure): TokenResult {
  return { ok: false, failure }
}

/** Never throws and never rejects, unless the key's `verify` does; at most one cryptographic operation. */
export async function verifyToken(token: string, options: TokenOptions): Promise<TokenResult> {
  const parts = token.length <= MAX_TOKEN ? FORM.exec(token) : null
  if (!parts) return fail('form')
  const [, head = '', body = '', code = ''] = parts
  const header = HEADER.exec(decode(head) ?? '')
  const text = decode(body)
  const signature = fromBase64(code)
  if (!header || text === undefined || toBase64Url(signature) !== code) return fail('form')
  const keyid = header[2] ?? ''
  const key = options.findKey(keyid)
  if (!key) return fail('keyid')
  // The key decides how it signs, never the token (RFC 8725 section 3.1).
  if (header[0] !== formatTokenHeader(key.alg, keyid)) return fail('algorithm')
  if (signature.length !== (key.alg === 'hmac-sha256' ? 32 : 64)) return fail('form')
  if (!(await key.verify(`${head}.${body}`, signature))) return fail('mac')
  const claims = readClaims(text)
  if (!claims) return fail('claims')
  const failure = checkClaims(claims, options)
  return failure ? fail(failure) : { ok: true, claims, keyid }
}

/** The text behind base64url in its one canonical spelling. */
function decode(part: string): string | undefined {
  const bytes = fromBase64(part)
  if (toBase64Url(bytes) !== part) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function checkClaims(
  { aud, iat, exp }: TokenClaims,
  { now, skew, maxTtl, authorities }: TokenOptions,
): TokenFailure | undefined {
  if (authorities && !authorities.has(aud)) return 'audience'
  if (iat > now + skew) return 'created'
  if (exp < now - skew) return 'expires'
  return exp > iat && exp - iat <= maxTtl ? undefined : 'lifetime'
}

function isTime(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1_000_000_000 && (value as number) <= 9_999_999_999
}

function isMatch(value: unknown, form: RegExp): boolean {
  return typeof value === 'string' && form.test(value)
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

function readClaims(text: string): TokenClaims | undefined {
  const found = parse(text)
  if (!found) return undefined
  const { iss, aud, iat, exp, jti, htm, htp, htq, rid, policy, route, log, bot } = found
  const hasForm =
    iss === TOKEN_ISSUER &&
    isMatch(aud, AUTHORITY) &&
    isTime(iat) &&
    isTime(exp) &&
    isMatch(jti, NONCE) &&
    isMatch(htm, METHOD) &&
    isMatch(htp, PATH) &&
    isMatch(htq, QUERY) &&
    isMatch(rid, REQUEST_ID) &&
    isVerdict(policy, route, log) &&
    isBot(bot) &&
    isClient(found)
  if (!hasForm) return undefined
  const claims = found as unknown as TokenClaims
  // One spelling: no claim twice, none that is unknown, no other order.
  return formatTokenClaims(claims) === text ? claims : undefined
}

/** Ids as they may stand in `Sallyport-Verdict`. */
function isVerdict(policy: unknown, route: unknown, log: unknown): boolean {
  if (typeof policy !== 'string' || typeof route !== 'string') return false
  if (log === undefined) return serializeVerdict({ action: 'pass', policy, route, log: [] }) !== undefined
  if (!Array.isArray(log) || log.length === 0 || log.length > 16) return false
  const ids: unknown[] = log
  const texts = ids.filter((id) => typeof id === 'string')
  return (
    texts.length === ids.length &&
    serializeVerdict({ action: 'pass', policy, route, log: texts }) !== undefined
  )
}

/** Left out of a field that it cannot stand in. */
function isBot(bot: unknown): boolean {
  if (bot === undefined) return true
  if (typeof bot !== 'string') return false
  const written = serializeVerdict({ action: 'pass', policy: '-', route: '-', log: [], bot })
  return written?.endsWith(`, bot="${bot}"`) === true
}

/** What a claim may be that becomes text; an object could make its own. */
function isPlain(value: unknown): boolean {
  return value === undefined || typeof value === 'string' || typeof value === 'number'
}

/** Facts as they may stand in `Sallyport-Client`: each written there and read back is the same. */
function isClient(found: Readonly<Record<string, unknown>>): boolean {
  const { ip, host, scheme } = found
  if (typeof ip !== 'string' || typeof host !== 'string') return false
  if (scheme !== 'http' && scheme !== 'https') return false
  if (!CLIENT_KEYS.every((key) => isPlain(found[key]))) return false
  const written = serializeClient(found as unknown as ClientFields)
  const read = written === undefined ? undefined : parseClient(written)
  return read !== undefined && CLIENT_KEYS.every((key) => read[key] === found[key])
}

const CLIENT_KEYS = ['ip', 'host', 'scheme', 'port', 'country', 'asn', 'colo', 'tls', 'protocol'] as const
