/**
 * What was asked of whom, and when: 72 bytes that travel with the client, because nothing is stored.
 *
 * Each field has its place and its length, and the site is in the key, so that no part of one token can be read as
 * another part of a second one (the class of altcha's field splicing). Difficulty and level are those of its issue.
 * @module
 */
import { fromBase64, toBase64Url } from '../../signature/base64.ts'
import type { Hash64 } from '../limits/sip-hash.ts'
import type { Binding, NetworkKind } from './binding.ts'
import type { KeyRing, SiteKeys } from './challenge-keys.ts'
import { CODE_BYTES } from './code-maker.ts'
import { readHash, writeHash } from './hash-bytes.ts'
import { methodNumber, methodOf } from './methods.ts'
import type { ChallengeLevel, Offer } from './offer.ts'

/** Seconds within which a challenge must be solved. */
export const TOKEN_LIFE = 300

export interface TokenFields extends Binding {
  /** Seconds since the epoch. */
  readonly issued: number
  /** What its solution is worth. */
  readonly level: ChallengeLevel
  readonly method: Offer['method']
  /** Zero bits of a proof, seconds of a wait. */
  readonly amount: number
  /** 16 bytes drawn at random: what is redeemed once. */
  readonly id: Uint8Array
  readonly returnTo: Hash64
  /** Of the content that will be sent again; absent: there is none. */
  readonly body?: Hash64
}

const VERSION = 2
const BYTES = 56 + CODE_BYTES
/** 96 characters: whole groups, so that no two texts are one token. */
const TEXT = new RegExp(`^[A-Za-z0-9_-]{${(BYTES / 3) * 4}}$`)
const HAS_BODY = 0x80

export function makeToken(fields: TokenFields, { kid, token }: SiteKeys): string {
  const bytes = new Uint8Array(BYTES)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, ((VERSION << 24) | kid) >>> 0)
  view.setUint32(4, fields.issued)
  bytes[8] = fields.level
  bytes[9] = methodNumber(fields.method)
  bytes[10] = fields.amount
  bytes[11] = fields.network.kind | (fields.body ? HAS_BODY : 0)
  writeHash(view, 12, fields.network.hash)
  view.setUint32(20, fields.agent)
  bytes.set(fields.id.subarray(0, 16), 24)
  writeHash(view, 40, fields.returnTo)
  if (fields.body) writeHash(view, 48, fields.body)
  token.seal(bytes)
  return toBase64Url(bytes)
}

/** A token of ours, and the keys that it was made with: its hashes compare with none of other keys. */
export interface Token extends TokenFields {
  readonly keys: SiteKeys
}

/** `malformed`: no token at all. `forged`: not one that we have made for this site. */
export function readToken(text: string, ring: KeyRing, host: string): Token | 'malformed' | 'forged' {
  if (!TEXT.test(text)) return 'malformed'
  const bytes = fromBase64(text)
  const view = new DataView(bytes.buffer)
  if (bytes[0] !== VERSION) return 'malformed'
  const keys = ring.named(view.getUint32(0) & 0xffffff, host).find(({ token }) => token.isSealed(bytes))
  if (keys === undefined) return 'forged'
  // What follows has our seal: it is what we wrote.
  const flags = bytes[11] ?? 0
  return {
    keys,
    issued: view.getUint32(4),
    level: bytes[8] as ChallengeLevel,
    method: methodOf(bytes[9] ?? 0),
    amount: bytes[10] ?? 0,
    network: { kind: (flags & ~HAS_BODY) as NetworkKind, hash: readHash(view, 12) },
    agent: view.getUint32(20),
    id: bytes.subarray(24, 40),
    returnTo: readHash(view, 40),
    ...(flags & HAS_BODY ? { body: readHash(view, 48) } : {}),
  }
}
