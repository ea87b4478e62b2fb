/**
 * The keys of challenges and clearances: one for each purpose and site, derived from the edge's secrets (HKDF,
 * RFC 5869). What was made for one purpose or site is nothing at another.
 * @module
 */
import { expand, extract } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { createSipKey, type SipKey } from '../limits/sip-hash.ts'
import { type CodeMaker, createCodeMaker } from './code-maker.ts'

export interface SiteKeys {
  /** Names the secret: a whole number below 2²⁴. */
  readonly kid: number
  readonly token: CodeMaker
  readonly clearance: CodeMaker
  /** For hashes that are compared with our own only, where whoever holds them must not learn what was hashed. */
  readonly hash: SipKey
}

export interface KeyRing {
  /** Keys for what is made now. @param host The site's name. */
  current(host: string): SiteKeys
  /** Keys that something with this `kid` may have been made with; empty when we have none. */
  named(kid: number, host: string): readonly SiteKeys[]
}

/** Sites whose keys are kept: the client writes the name of the site, so there must be a bound. */
const MAX_SITES = 64
const encoder = new TextEncoder()

/**
 * @param secrets The edge's, 16 bytes or more each, the same in every isolate: the first makes, all are accepted.
 * @throws RangeError when there is none.
 */
export function createKeyRing(secrets: readonly Uint8Array[]): KeyRing {
  const [first, ...others] = secrets.map(openSecret)
  if (first === undefined) throw new RangeError('challenges need at least one secret of the edge')
  const all = [first, ...others]
  return {
    current: (host) => first.keysOf(host),
    // Two secrets may share a name, one time in some million.
    named: (kid, host) => all.filter((secret) => secret.kid === kid).map((secret) => secret.keysOf(host)),
  }
}

interface OpenSecret {
  readonly kid: number
  keysOf(host: string): SiteKeys
}

function openSecret(secret: Uint8Array): OpenSecret {
  const root = extract(sha256, secret, encoder.encode('sallyport challenge'))
  const derive = (purpose: string, host: string, length: number): Uint8Array =>
    expand(sha256, root, encoder.encode(`${purpose}\n${host}`), length)
  const [a = 0, b = 0, c = 0] = derive('kid', '', 3)
  const kid = (a << 16) | (b << 8) | c
  const kept = new Map<string, SiteKeys>()

  function keysOf(host: string): SiteKeys {
    const known = kept.get(host)
    if (known) return known
    const keys = {
      kid,
      token: createCodeMaker(derive('token', host, 32)),
      clearance: createCodeMaker(derive('clearance', host, 32)),
      hash: createSipKey(derive('hash', host, 16)),
    }
    const [oldest] = kept.keys()
    if (kept.size >= MAX_SITES && oldest !== undefined) kept.delete(oldest)
    kept.set(host, keys)
    return keys
  }

  return { kid, keysOf }
}
