/**
 * The parts that an isolate holds, by hash: what two versions share is read once.
 * @module
 */
import type { PartBytes, PartMap } from './bundle.ts'
import { sha256Hex } from './sha256.ts'

export interface PartIndex {
  /** The part with these bytes, when it is at hand. */
  find(sha256: string, bytes: number): Promise<PartBytes | undefined>
  /** Forgets all parts but the baseline's and these. */
  keep(parts: ReadonlyMap<string, PartBytes>): void
}

export async function hashPart({ buffer, offset, length }: PartBytes): Promise<string> {
  return sha256Hex(new Uint8Array(buffer, offset, length))
}

/** @param baseline Parts of unknown hash: each is hashed when one of its length is first looked for. */
export function createPartIndex(baseline: PartMap): PartIndex {
  const byLength = new Map<number, PartBytes[]>()
  for (const part of baseline.values())
    byLength.set(part.length, [...(byLength.get(part.length) ?? []), part])
  const hashes = new Map<PartBytes, string>()
  let kept: ReadonlyMap<string, PartBytes> = new Map()

  // Results are kept, not promises: one whose request was cut off would never settle.
  async function hashOnce(part: PartBytes): Promise<string> {
    const hash = hashes.get(part) ?? (await hashPart(part))
    hashes.set(part, hash)
    return hash
  }

  return {
    async find(sha256, bytes) {
      const held = kept.get(sha256)
      if (held) return held
      for (const part of byLength.get(bytes) ?? []) {
        if ((await hashOnce(part)) === sha256) return part
      }
      return undefined
    },
    keep(parts) {
      kept = parts
    },
  }
}
