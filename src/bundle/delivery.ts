/**
 * The documents of live policy delivery, as they lie in KV. `docs/delivery.md` tells the protocol.
 *
 * | key                 | value                                                                         |
 * |---------------------|-------------------------------------------------------------------------------|
 * | `pointer`           | `SignedPointer` as JSON: the only key that is ever written twice              |
 * | `manifest/<sha256>` | `Manifest` as JSON                                                            |
 * | `blob/<sha256>`     | the bytes of one part or of several (a container)                             |
 * | `history/<serial>`  | the `SignedPointer` of that serial, with who, when and why as KV metadata     |
 *
 * Hashes are SHA-256 in lower-case hex. Only the pointer is signed; everything below it is held by hash.
 * @module
 */

export const POINTER_KEY = 'pointer'

export function manifestKey(sha256: string): string {
  return `manifest/${sha256}`
}

export function blobKey(sha256: string): string {
  return `blob/${sha256}`
}

export function historyKey(serial: number): string {
  return `history/${serial}`
}

/** The Ed25519 signature is over the bytes that `payload` encodes, after a domain prefix. */
export interface SignedPointer {
  /** `Pointer` as JSON, base64url. */
  readonly payload: string
  /** base64url. */
  readonly signature: string
  readonly kid: string
}

/** The stages that a kill switch can turn off. */
export type KillSwitch = 'hygiene' | 'access' | 'rules' | 'limits' | 'dos' | 'bots'

export interface PolicyReference {
  /** `PolicyModel.version`. */
  readonly version: string
  /** Hash of the manifest. */
  readonly manifest: string
}

export type Rollout =
  /** The candidate is evaluated after the answer; disagreements are counted. */
  | { readonly mode: 'shadow'; readonly candidate: PolicyReference; readonly salt: string }
  /** This share of clients, 0 to 100, gets the candidate; the same client always the same. */
  | {
      readonly mode: 'percent'
      readonly candidate: PolicyReference
      readonly percent: number
      readonly salt: string
    }

export interface Pointer {
  /** Version of this shape and of the protocol; a reader that does not know it keeps what it has. */
  readonly protocol: 1
  /** Only grows. A rollback is a new serial that names an older manifest. */
  readonly serial: number
  /** Seconds since the epoch. */
  readonly issued_at: number
  /** Seconds since the epoch after which the pointer must not be adopted; absent: no end. */
  readonly not_after?: number
  readonly active: PolicyReference
  /** What was active before, for people. */
  readonly previous?: PolicyReference
  readonly rollout?: Rollout
  readonly kill?: readonly KillSwitch[]
}

export interface ManifestPart {
  readonly name: string
  readonly sha256: string
  readonly bytes: number
}

/** A blob that holds these parts. A blob of one large part is that part; others are containers. */
export interface ManifestBlob {
  readonly sha256: string
  readonly bytes: number
  readonly format: 'part' | 'container'
  readonly parts: readonly ManifestPart[]
}

export interface Manifest {
  readonly protocol: 1
  /** `PolicyModel.schema`. */
  readonly schema: number
  readonly version: string
  readonly blobs: readonly ManifestBlob[]
  /** Commit of the rules, when they were in git. */
  readonly commit?: string
}

/** Reads of the store: KV in the Worker. `null` is "no such key". */
export interface PolicyStore {
  /**
   * @param maxAge Seconds that the answer may be old: caches between here and the store keep it so long.
   * @param maxBytes Of a longer value only so much need be read as shows that it is longer: whoever can write
   *   to the store could otherwise fill the memory of an isolate.
   */
  get(key: string, maxAge: number, maxBytes: number): Promise<ArrayBuffer | null>
}

/** One value to put into KV. Writes are in this order: blobs, manifest, history, pointer last. */
export interface StoreWrite {
  readonly key: string
  readonly value: Uint8Array<ArrayBuffer>
  /** KV metadata, at most 1,024 bytes of JSON. */
  readonly metadata?: Readonly<Record<string, string | number>>
}
