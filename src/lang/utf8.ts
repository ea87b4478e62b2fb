/**
 * Binary strings that are UTF-8.
 * @module
 */
import { fromBinary } from './value.ts'

/** The text, or `undefined` when the bytes of the binary string are no UTF-8. */
export function decodeUtf8(bytes: string): string | undefined {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  try {
    return decoder.decode(fromBinary(bytes))
  } catch {
    return undefined
  }
}

export function isUtf8(bytes: string): boolean {
  return decodeUtf8(bytes) !== undefined
}
