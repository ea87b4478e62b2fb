/**
 * JSON as bytes, both ways.
 * @module
 */

export function toBytes(text: string): Uint8Array<ArrayBuffer> {
  // An encoder makes its own buffer; the two sets of runtime types disagree on saying so.
  return new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>
}

export function toJsonBytes(value: unknown): Uint8Array<ArrayBuffer> {
  return toBytes(JSON.stringify(value))
}

/** The value, or `undefined` when the bytes are not UTF-8 JSON. */
export function parseJson(bytes: Uint8Array<ArrayBuffer>): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {
    return undefined
  }
}
