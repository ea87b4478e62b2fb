/**
 * One version of a policy from the store: manifest and blobs, each held by its hash.
 * @module
 */
import { type Bundle, openParts, type PartBytes, readParts, SCHEMA } from './bundle.ts'
import { blobKey, type Manifest, type ManifestBlob, manifestKey, type PolicyReference } from './delivery.ts'
import { isManifest, MAX_MANIFEST_BYTES, protocolOf } from './delivery-shape.ts'
import { parseJson } from './json-bytes.ts'
import { hashPart, type PartIndex } from './part-index.ts'
import { Refusal } from './refusal.ts'
import { sha256Hex } from './sha256.ts'

/** Reads a value that never changes; `null` when it is not there (yet). For `maxBytes` see `PolicyStore`. */
export type ReadValue = (key: string, maxBytes: number) => Promise<ArrayBuffer | null>

export interface FetchedVersion {
  readonly reference: PolicyReference
  readonly bundle: Bundle
  /** Its parts by hash. */
  readonly parts: ReadonlyMap<string, PartBytes>
}

async function fetchManifest(reference: PolicyReference, read: ReadValue): Promise<Manifest> {
  const bytes = await read(manifestKey(reference.manifest), MAX_MANIFEST_BYTES)
  if (bytes === null)
    throw new Refusal('missing-manifest', `The manifest of version ${reference.version} is not in the store.`)
  if (bytes.byteLength > MAX_MANIFEST_BYTES)
    throw new Refusal('bad-manifest', `The manifest is longer than ${MAX_MANIFEST_BYTES} bytes.`)
  if ((await sha256Hex(bytes)) !== reference.manifest)
    throw new Refusal('hash-mismatch', 'The manifest is not the one that the pointer names.')
  const manifest = parseJson(new Uint8Array(bytes))
  if (protocolOf(manifest) !== 1)
    throw new Refusal('unknown-protocol', 'The manifest has a protocol that is not known here.')
  if (!isManifest(manifest)) throw new Refusal('bad-manifest', 'The manifest has the wrong shape.')
  if (manifest.schema !== SCHEMA) {
    throw new Refusal(
      'unknown-schema',
      `The policy has schema ${manifest.schema}; this Worker knows ${SCHEMA}: deploy it again first.`,
    )
  }
  if (manifest.version !== reference.version)
    throw new Refusal('version-mismatch', 'Pointer and manifest name different versions.')
  return manifest
}

/** Parts of a container, each in a buffer of its own: one that stays must not keep the others in memory. */
function takeOut(container: ArrayBuffer): ReadonlyMap<string, PartBytes> {
  const parts = [...readParts(container)].map(([name, { buffer, offset, length }]) => {
    const own: PartBytes = { buffer: buffer.slice(offset, offset + length), offset: 0, length }
    return [name, own] as const
  })
  return new Map(parts)
}

async function fetchBlob(blob: ManifestBlob, read: ReadValue): Promise<ReadonlyMap<string, PartBytes>> {
  const buffer = await read(blobKey(blob.sha256), blob.bytes)
  if (buffer === null) throw new Refusal('missing-blob', `The blob ${blob.sha256} is not in the store.`)
  if (buffer.byteLength !== blob.bytes || (await sha256Hex(buffer)) !== blob.sha256)
    throw new Refusal('hash-mismatch', `The blob ${blob.sha256} has other bytes than were published.`)
  const [first] = blob.parts
  const whole = blob.format === 'part' && first
  return whole ? new Map([[first.name, { buffer, offset: 0, length: buffer.byteLength }]]) : takeOut(buffer)
}

/** The parts of a blob by name: from memory when all are there, from the store otherwise. */
async function takeBlob(
  blob: ManifestBlob,
  read: ReadValue,
  index: PartIndex,
): Promise<readonly (readonly [name: string, sha256: string, part: PartBytes])[]> {
  const held = await Promise.all(blob.parts.map(({ sha256, bytes }) => index.find(sha256, bytes)))
  const fetched = held.every((part) => part !== undefined) ? undefined : await fetchBlob(blob, read)
  return Promise.all(
    blob.parts.map(async ({ name, sha256, bytes }, i) => {
      const known = held[i]
      if (known) return [name, sha256, known] as const
      const part = fetched?.get(name)
      const isOwnHash = blob.format === 'part' || (part !== undefined && (await hashPart(part)) === sha256)
      if (part?.length !== bytes || !isOwnHash)
        throw new Refusal('hash-mismatch', `The part ${name} is not the one that the manifest names.`)
      return [name, sha256, part] as const
    }),
  )
}

/**
 * Fetches and opens a version. Parts that `index` holds are not read.
 * @throws Refusal or BundleError when anything is missing or is not what was published, and what `read` throws.
 */
export async function fetchVersion(
  reference: PolicyReference,
  read: ReadValue,
  index: PartIndex,
): Promise<FetchedVersion> {
  const manifest = await fetchManifest(reference, read)
  const taken = (await Promise.all(manifest.blobs.map((blob) => takeBlob(blob, read, index)))).flat()
  const bundle = openParts(new Map(taken.map(([name, , part]) => [name, part])))
  if (bundle.model.version !== reference.version)
    throw new Refusal('version-mismatch', 'Pointer and model name different versions.')
  return { reference, bundle, parts: new Map(taken.map(([, sha256, part]) => [sha256, part])) }
}
