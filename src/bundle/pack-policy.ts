/**
 * A compiled policy as manifest and blobs, within what KV and an isolate take.
 * @module
 */
import type { Manifest, PolicyReference } from './delivery.ts'
import {
  isManifest,
  MAX_BLOBS,
  MAX_MANIFEST_BYTES,
  MAX_POLICY_BYTES,
  MAX_VALUE_BYTES,
} from './delivery-shape.ts'
import { POLICY_PART } from './encode-bundle.ts'
import { parseJson, toJsonBytes } from './json-bytes.ts'
import { type PackedBlob, packParts } from './pack-parts.ts'
import { failPublication, type PublicationFailure, tooLarge } from './publication-error.ts'
import { sha256Hex } from './sha256.ts'

type Parts = ReadonlyMap<string, Uint8Array<ArrayBuffer>>

export interface PackedPolicy {
  readonly reference: PolicyReference
  readonly blobs: readonly PackedBlob[]
  /** The manifest as it is stored. */
  readonly manifest: Uint8Array<ArrayBuffer>
}

interface Named {
  readonly schema: number
  readonly version: string
}

/** What the model says of itself. */
function readName(parts: Parts): Named | undefined {
  const model = parseJson(parts.get(POLICY_PART) ?? new Uint8Array())
  if (typeof model !== 'object' || model === null || !('schema' in model) || !('version' in model))
    return undefined
  const { schema, version } = model
  return typeof schema === 'number' && typeof version === 'string' ? { schema, version } : undefined
}

function checkSizes(parts: Parts, blobs: readonly PackedBlob[]): PublicationFailure | undefined {
  for (const [name, bytes] of parts) {
    if (bytes.length > MAX_VALUE_BYTES)
      return tooLarge(`The part ${name} has ${bytes.length} bytes; KV takes ${MAX_VALUE_BYTES} in one value.`)
  }
  const total = blobs.reduce((sum, { bytes }) => sum + bytes.length, 0)
  if (total > MAX_POLICY_BYTES)
    return tooLarge(`The policy has ${total} bytes; an isolate takes ${MAX_POLICY_BYTES}.`)
  if (blobs.length > MAX_BLOBS)
    return tooLarge(`The policy has ${blobs.length} large lists; an isolate reads ${MAX_BLOBS}.`)
  return undefined
}

export type PackResult = { readonly ok: true; readonly packed: PackedPolicy } | PublicationFailure

/** The same parts and commit always give the same bytes. */
export async function packPolicy(parts: Parts, commit: string | undefined): Promise<PackResult> {
  const named = readName(parts)
  if (!named)
    return failPublication('no-policy', `There is no model in ${POLICY_PART}.`, 'Compile the policy again.')
  const blobs = await packParts(parts)
  const failure = checkSizes(parts, blobs)
  if (failure) return failure
  const manifest: Manifest = {
    protocol: 1,
    ...named,
    blobs: blobs.map(({ blob }) => blob),
    ...(commit === undefined ? {} : { commit }),
  }
  const bytes = toJsonBytes(manifest)
  if (!isManifest(manifest) || bytes.length > MAX_MANIFEST_BYTES)
    return tooLarge('The policy has too many parts, or parts, version or commit of a form that is not taken.')
  const reference = { version: named.version, manifest: await sha256Hex(bytes) }
  return { ok: true, packed: { reference, blobs, manifest: bytes } }
}
