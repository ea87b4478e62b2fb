/**
 * The shapes and bounds of the documents of `delivery.ts`. What is in KV may have been written by anyone who
 * can write to KV: nothing of it is used before it has passed here.
 * @module
 */
import { KEY_ID } from '../signature/profile.ts'
import type { Manifest, Pointer, SignedPointer } from './delivery.ts'
import { isAnyOf, isListOf, isMatch, isObject, isOneOf, isWhole, type Shape } from './shape.ts'

/** Bytes of a signed pointer, of a manifest, and of one value in KV. */
export const MAX_POINTER_BYTES = 8192
export const MAX_MANIFEST_BYTES: number = 1024 * 1024
export const MAX_VALUE_BYTES: number = 25 * 1024 * 1024
/** Bytes of all parts of one policy: an isolate has 128 MB for everything, and may hold two policies. */
export const MAX_POLICY_BYTES: number = 32 * 1024 * 1024
/** Blobs of one policy: each is a read, and one request of a Worker has a bounded number of those. */
export const MAX_BLOBS = 256
export const MAX_PARTS = 4096
/** Last second that a date can be made of. */
const MAX_SECONDS = 8.64e12

const isHash = isMatch(/^[0-9a-f]{64}$/)
const isVersion = isMatch(/^[0-9a-f]{16}$/)
const isSalt = isMatch(/^[A-Za-z0-9_-]{1,64}$/)
const isSerial = isWhole(1, Number.MAX_SAFE_INTEGER)
const isSeconds = isWhole(0, MAX_SECONDS)
const isReference = isObject({ version: isVersion, manifest: isHash })

const isRollout = isAnyOf(
  isObject({ mode: isOneOf('shadow'), candidate: isReference, salt: isSalt }),
  isObject({ mode: isOneOf('percent'), candidate: isReference, percent: isWhole(0, 100), salt: isSalt }),
)

function isShortListOf(item: Shape, most: number): Shape {
  const isList = isListOf(item)
  return (value) => Array.isArray(value) && value.length <= most && isList(value)
}

const isPointerShape = isObject(
  { protocol: isOneOf(1), serial: isSerial, issued_at: isSeconds, active: isReference },
  {
    not_after: isSeconds,
    previous: isReference,
    rollout: isRollout,
    kill: isShortListOf(isOneOf('hygiene', 'access', 'rules', 'limits', 'dos', 'bots'), 6),
  },
)

/** 4,096 bytes of payload are 5,462 characters. */
const isSignedShape = isObject({
  payload: isMatch(/^[A-Za-z0-9_-]{1,6144}$/),
  signature: isMatch(/^[A-Za-z0-9_-]{86}$/),
  kid: isMatch(KEY_ID),
})

const isBytes = isWhole(0, MAX_VALUE_BYTES)
/** Names of parts are ours: `policy.json`, `cidr/<id>`, `list/<name>`. */
const isPartName = isMatch(/^[\x21-\x7e]{1,256}$/)
const isPart = isObject({ name: isPartName, sha256: isHash, bytes: isBytes })
const isBlob = isObject({
  sha256: isHash,
  bytes: isBytes,
  format: isOneOf('part', 'container'),
  parts: isShortListOf(isPart, MAX_PARTS),
})

const isManifestShape = isObject(
  {
    protocol: isOneOf(1),
    schema: isWhole(1, Number.MAX_SAFE_INTEGER),
    version: isVersion,
    blobs: isShortListOf(isBlob, MAX_BLOBS),
  },
  { commit: isMatch(/^[\x20-\x7e]{1,128}$/) },
)

export function isSignedPointer(value: unknown): value is SignedPointer {
  return isSignedShape(value)
}

export function isPointer(value: unknown): value is Pointer {
  return isPointerShape(value)
}

/** Also: every part once, blobs of one part hold one part, and not more bytes in all than an isolate takes. */
export function isManifest(value: unknown): value is Manifest {
  if (!isManifestShape(value)) return false
  const { blobs } = value as Manifest
  const parts = blobs.flatMap((blob) => blob.parts)
  const isWholeBlob = ({ format, parts: own, sha256, bytes }: Manifest['blobs'][number]): boolean =>
    format === 'container' || (own.length === 1 && own[0]?.sha256 === sha256 && own[0].bytes === bytes)
  return (
    parts.length <= MAX_PARTS &&
    new Set(parts.map(({ name }) => name)).size === parts.length &&
    blobs.every(isWholeBlob) &&
    blobs.reduce((sum, { bytes }) => sum + bytes, 0) <= MAX_POLICY_BYTES
  )
}

/** The number a document names as its protocol, or `undefined`: told before its shape is looked at. */
export function protocolOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'protocol' in value ? value.protocol : undefined
}
