/**
 * How the parts of a policy are laid out in blobs.
 *
 * A large part is a blob of its own, so that versions share what has not changed; small ones travel
 * together, so that a small policy costs three reads: pointer, manifest, blob.
 * @module
 */
import { encodeContainer } from './container.ts'
import type { ManifestBlob } from './delivery.ts'
import { POLICY_PART } from './encode-bundle.ts'
import { sha256Hex } from './sha256.ts'

/** Bytes from which on a part is a blob of its own. */
const LARGE = 64 * 1024
/** Bytes of parts in one container. */
const CONTAINER = 8 * 1024 * 1024

type Parts = ReadonlyMap<string, Uint8Array<ArrayBuffer>>
type Part = readonly [name: string, bytes: Uint8Array<ArrayBuffer>]

export interface PackedBlob {
  readonly blob: ManifestBlob
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** The model goes with the small parts whatever its size: it is another one in each version. */
function isLarge([name, bytes]: Part): boolean {
  return name !== POLICY_PART && bytes.length > LARGE
}

function groupSmall(parts: readonly Part[]): Part[][] {
  const groups: Part[][] = []
  let room = 0
  for (const part of parts) {
    const group = groups.at(-1)
    if (group && part[1].length <= room) group.push(part)
    else {
      groups.push([part])
      room = CONTAINER
    }
    room -= part[1].length
  }
  return groups
}

async function packGroup(group: readonly Part[], format: ManifestBlob['format']): Promise<PackedBlob> {
  const [first] = group
  const bytes =
    format === 'part' && first
      ? first[1]
      : encodeContainer(group.map(([name, part]) => ({ name, bytes: part })))
  const parts = await Promise.all(
    group.map(async ([name, part]) => ({ name, sha256: await sha256Hex(part), bytes: part.length })),
  )
  return { blob: { sha256: await sha256Hex(bytes), bytes: bytes.length, format, parts }, bytes }
}

/** The same parts always give the same blobs, the container with the model first. */
export function packParts(parts: Parts): Promise<readonly PackedBlob[]> {
  const all = [...parts]
  return Promise.all([
    ...groupSmall(all.filter((part) => !isLarge(part))).map((group) => packGroup(group, 'container')),
    ...all.filter(isLarge).map((part) => packGroup([part], 'part')),
  ])
}
