/**
 * What a clearance cookie holds: 63 bytes, each field in its place, sealed with a key of the site.
 * @module
 */
import { fromBase64, toBase64Url } from '../../signature/base64.ts'
import type { Network, NetworkKind } from './binding.ts'
import type { KeyRing, SiteKeys } from './challenge-keys.ts'
import { CODE_BYTES } from './code-maker.ts'
import { readHash, writeHash } from './hash-bytes.ts'
import { methodNumber, methodOf } from './methods.ts'
import type { ChallengeLevel, Offer } from './offer.ts'

/** A network in which a level was reached. */
export interface Attested extends Network {
  readonly level: ChallengeLevel
}

export interface ClearanceFields {
  /** Seconds since the epoch: when this cookie was made and ends. */
  readonly issued: number
  readonly expires: number
  /** From when the life with all renewals is counted. */
  readonly first: number
  /** How the last challenge was solved. */
  readonly method: Offer['method']
  /** One or two; the last one seen comes first. */
  readonly networks: readonly Attested[]
  /** Unsigned 32 bits. */
  readonly agent: number
  /** 8 bytes. */
  readonly id: Uint8Array
}

/** A cookie of ours, and the keys that it was made with: its hashes compare with none of other keys. */
export interface ReadClearance extends ClearanceFields {
  readonly keys: SiteKeys
}

const VERSION = 2
/** Bytes of one network: kind and level, then the hash. */
const NETWORK = 9
const BYTES = 47 + CODE_BYTES
/** 84 characters: whole groups, so that no two texts are one value. */
const TEXT = new RegExp(`^[A-Za-z0-9_-]{${(BYTES / 3) * 4}}$`)

export function makeClearance(fields: ClearanceFields, { kid, clearance }: SiteKeys): string {
  const bytes = new Uint8Array(BYTES)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, ((VERSION << 24) | kid) >>> 0)
  view.setUint32(4, fields.issued)
  view.setUint32(8, fields.expires)
  view.setUint32(12, fields.first)
  bytes[16] = methodNumber(fields.method)
  for (const [i, { kind, level, hash }] of fields.networks.slice(0, 2).entries()) {
    bytes[17 + i * NETWORK] = (kind << 4) | level
    writeHash(view, 18 + i * NETWORK, hash)
  }
  view.setUint32(35, fields.agent)
  bytes.set(fields.id.subarray(0, 8), 39)
  clearance.seal(bytes)
  return toBase64Url(bytes)
}

/** `undefined` for what we have not made for this site. Says nothing of time and client. */
export function readClearance(text: string, ring: KeyRing, host: string): ReadClearance | undefined {
  if (!TEXT.test(text)) return undefined
  const bytes = fromBase64(text)
  const view = new DataView(bytes.buffer)
  if (bytes[0] !== VERSION) return undefined
  const keys = ring
    .named(view.getUint32(0) & 0xffffff, host)
    .find(({ clearance }) => clearance.isSealed(bytes))
  if (keys === undefined) return undefined
  return {
    keys,
    issued: view.getUint32(4),
    expires: view.getUint32(8),
    first: view.getUint32(12),
    method: methodOf(bytes[16] ?? 0),
    networks: [17, 17 + NETWORK].filter((at) => bytes[at] !== 0).map((at) => readNetwork(view, at)),
    agent: view.getUint32(35),
    id: bytes.subarray(39, 47),
  }
}

/** What has our seal is what we wrote. */
function readNetwork(view: DataView, at: number): Attested {
  const first = view.getUint8(at)
  return {
    kind: (first >> 4) as NetworkKind,
    level: (first & 15) as ChallengeLevel,
    hash: readHash(view, at + 1),
  }
}
