/**
 * `Sallyport-JWT`: what the edge says of a request as a compact JWS (RFC 7515, RFC 7519), for proxies that can
 * check a token and no signature. It binds method and target only where the proxy compares `htm`, `htp` and
 * `htq`; it binds no body, and no filter for tokens stops a replay. The signature does all of that.
 *
 * The key that signs requests signs tokens too. Neither can pass for the other: what is signed here begins with
 * `e`, a signature base with `"`, a chunk of a body with `s`.
 * @module
 */
import { toBase64Url } from './base64.ts'
import type { ClientFields, Verdict } from './fields.ts'
import { type Algorithm, KEY_ID, MAX_TTL, NONCE } from './profile.ts'
import type { Freshness, Mac } from './sign.ts'

export const TOKEN_ISSUER = 'sallyport'

/** The claims as they stand in the token, in this order. Those of the client are `ClientFields`. */
export interface TokenClaims extends ClientFields {
  readonly iss: typeof TOKEN_ISSUER
  /** The origin's authority: lower case, without the scheme's default port. */
  readonly aud: string
  /** Seconds since 1970. */
  readonly iat: number
  /** Seconds since 1970. */
  readonly exp: number
  /** The nonce of the request's signature. */
  readonly jti: string
  /** Method. */
  readonly htm: string
  /** Path of the request-target, raw. */
  readonly htp: string
  /** `?` and the query, raw; empty when there is none. */
  readonly htq: string
  /** Version of the policy. */
  readonly policy: string
  /** Id of the route. */
  readonly route: string
  /** Request id. */
  readonly rid: string
  /** Ids of rules in `log` mode that would have refused the request; absent when there are none. */
  readonly log?: readonly string[]
  /** What is known of the client as an automated one, as in `Verdict`; absent when nobody has asked. */
  readonly bot?: string
}

/** What a token says beside its times and its id. */
export interface TokenMessage {
  readonly method: string
  readonly authority: string
  readonly path: string
  /** `?` and the query, or empty. */
  readonly query: string
  readonly client: ClientFields
  readonly verdict: Verdict
  readonly requestId: string
}

export interface TokenSignerOptions {
  readonly keyid: string
  readonly alg: Algorithm
  readonly mac: Mac
  /** Life of each token in seconds, 1 to `MAX_TTL`: that of the signature. */
  readonly ttl: number
}

export interface TokenSigner {
  /** The token: three parts of base64url. Rejects with a TypeError when the nonce is none. */
  sign(message: TokenMessage, freshness: Freshness): Promise<string>
}

/** RFC 7518 section 3.1 and RFC 8037 section 3.1. */
export function tokenAlgorithmOf(alg: Algorithm): 'HS256' | 'EdDSA' {
  return alg === 'hmac-sha256' ? 'HS256' : 'EdDSA'
}

/** The text of a token's header: always these three, in this order. `keyid` must be a `KEY_ID`. */
export function formatTokenHeader(alg: Algorithm, keyid: string): string {
  return `{"alg":"${tokenAlgorithmOf(alg)}","kid":"${keyid}","typ":"JWT"}`
}

/** The text of a token's claims: each set of claims has one. */
export function formatTokenClaims(claims: TokenClaims): string {
  const { iss, aud, iat, exp, jti, htm, htp, htq, policy, route, rid, log, bot } = claims
  const { ip, host, scheme, port, country, asn, colo, tls, protocol } = claims
  // What is undefined is left out.
  const client = { ip, host, scheme, port, country, asn, colo, tls, protocol }
  return JSON.stringify({ iss, aud, iat, exp, jti, htm, htp, htq, ...client, policy, route, rid, log, bot })
}

/** @throws RangeError when `keyid` or `ttl` is out of bounds. */
export function createTokenSigner({ keyid, alg, mac, ttl }: TokenSignerOptions): TokenSigner {
  if (!KEY_ID.test(keyid)) throw new RangeError('keyid must be 1 to 64 letters, digits, ".", "_" or "-"')
  if (!Number.isInteger(ttl) || ttl < 1 || ttl > MAX_TTL)
    throw new RangeError(`ttl must be a whole number of seconds from 1 to ${MAX_TTL}`)
  const encoder = new TextEncoder()
  const header = toBase64Url(encoder.encode(formatTokenHeader(alg, keyid)))
  return {
    async sign({ method, authority, path, query, client, verdict, requestId }, { created, nonce }) {
      if (!NONCE.test(nonce)) throw new TypeError('nonce must be 128 bits as 22 base64url characters')
      const { policy, route, log, bot } = verdict
      const claims = formatTokenClaims({
        iss: TOKEN_ISSUER,
        aud: authority,
        iat: created,
        exp: created + ttl,
        jti: nonce,
        htm: method,
        htp: path,
        htq: query,
        ...client,
        policy,
        route,
        rid: requestId,
        ...(log.length === 0 ? {} : { log }),
        ...(bot === undefined ? {} : { bot }),
      })
      const input = `${header}.${toBase64Url(encoder.encode(claims))}`
      const code = await mac(encoder.encode(input))
      return `${input}.${toBase64Url(new Uint8Array(code))}`
    },
  }
}
