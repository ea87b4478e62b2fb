/**
 * Whether two parts of bundles are the same.
 * @module
 */
import type { PartBytes } from '../../bundle/bundle.ts'

function bytesOf({ buffer, offset, length }: PartBytes): Uint8Array {
  return new Uint8Array(buffer, offset, length)
}

export function sameBytes(a: PartBytes | undefined, b: PartBytes | undefined): boolean {
  return a === undefined || b === undefined ? a === b : Buffer.compare(bytesOf(a), bytesOf(b)) === 0
}
