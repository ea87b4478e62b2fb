/**
 * What is in the store: the pointer, its history, and the policies that they name. Nothing is believed that
 * is not signed, or held by the hash in something signed.
 * @module
 */
import {
  blobKey,
  historyKey,
  manifestKey,
  POINTER_KEY,
  type Pointer,
  type PolicyReference,
} from '../../bundle/delivery.ts'
import { isManifest } from '../../bundle/delivery-shape.ts'
import { fetchVersion } from '../../bundle/fetch-version.ts'
import { parseJson } from '../../bundle/json-bytes.ts'
import { createPartIndex } from '../../bundle/part-index.ts'
import { Refusal } from '../../bundle/refusal.ts'
import type { PointerResult, PointerVerifier } from '../../bundle/verify-pointer.ts'
import type { PolicyContent } from '../diff/policy-content.ts'
import { type Store, type StoredKey, StoreError } from './store.ts'

export interface HistoryEntry {
  readonly serial: number
  readonly metadata: NonNullable<StoredKey['metadata']>
}

/** The pointer as it is in the store; `undefined` before the first publication. */
export async function readPointer(store: Store, verify: PointerVerifier): Promise<PointerResult | undefined> {
  const bytes = await store.get(POINTER_KEY)
  return bytes === null ? undefined : verify(new Uint8Array(bytes))
}

/** The pointer of an earlier serial; `undefined` when there is none, or its signature or serial is wrong. */
export async function readPastPointer(
  store: Store,
  verify: PointerVerifier,
  serial: number,
): Promise<Pointer | undefined> {
  const bytes = await store.get(historyKey(serial))
  const result = bytes === null ? undefined : await verify(new Uint8Array(bytes))
  // The key is not signed: somebody who can write may have put another serial's pointer there.
  return result?.ok && result.pointer.serial === serial ? result.pointer : undefined
}

/** Newest first. What it says of who and when is KV metadata, which is not signed. */
export async function readHistory(store: Store): Promise<readonly HistoryEntry[]> {
  const prefix = historyKey(0).slice(0, -1)
  const entries = (await store.list(prefix)).map(({ key, metadata = {} }) => ({
    serial: Number(key.slice(prefix.length)),
    metadata,
  }))
  return entries.filter(({ serial }) => Number.isSafeInteger(serial)).sort((a, b) => b.serial - a.serial)
}

/** Keys of manifests and blobs that are in the store. */
export async function readPresent(store: Store): Promise<ReadonlySet<string>> {
  const lists = [await store.list(manifestKey('')), await store.list(blobKey(''))]
  return new Set(lists.flat().map(({ key }) => key))
}

/**
 * A published policy, checked as the edge checks it. Throws `StoreError` when it is not there, is not what was
 * published, or is of a schema that this version of the command does not read.
 */
export async function downloadPolicy(store: Store, reference: PolicyReference): Promise<PolicyContent> {
  let manifest: unknown
  const read = async (key: string): Promise<ArrayBuffer | null> => {
    const bytes = await store.get(key)
    if (key === manifestKey(reference.manifest) && bytes !== null) manifest = parseJson(new Uint8Array(bytes))
    return bytes
  }
  try {
    const { bundle, parts } = await fetchVersion(reference, read, createPartIndex(new Map()))
    // fetchVersion has checked the manifest; this is for the names.
    const named = isManifest(manifest) ? manifest.blobs.flatMap((blob) => blob.parts) : []
    const byName = named.flatMap(({ name, sha256 }) => {
      const part = parts.get(sha256)
      return part ? [[name, part] as const] : []
    })
    return { bundle, parts: new Map(byName) }
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause
    throw new StoreError(
      `The policy ${reference.version} in ${store.place} cannot be read: ${cause.message}`,
      {
        cause,
      },
    )
  }
}
