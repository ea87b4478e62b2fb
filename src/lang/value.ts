/**
 * Values of the Rules language as JavaScript values.
 *
 * `Bytes` are binary strings: one UTF-16 code unit per byte, 0 to 255, so that lengths, indexes and `.` in
 * regular expressions count bytes. `Int` is a number, or a bigint outside the safe integers. A missing
 * value (nil) is `undefined`. Map keys are binary strings too.
 * @module
 */
import type { Address } from '../net/address.ts'

export type Value =
  | boolean
  | number
  | bigint
  | string
  | Address
  | readonly Value[]
  | ReadonlyMap<string, Value>

/** UTF-16 text to a binary string of its UTF-8 bytes. The common ASCII text comes back as it is. */
export function toBytes(text: string): string {
  let ascii = true
  for (let i = 0; i < text.length && ascii; i++) ascii = text.charCodeAt(i) < 0x80
  if (ascii) return text
  return toBinary(new TextEncoder().encode(text))
}

/** Arguments of one call: engines have a bound on them. */
const CHUNK = 4096

/** Bytes to a binary string. */
export function toBinary(bytes: Uint8Array): string {
  let out = ''
  for (let i = 0; i < bytes.length; i += CHUNK)
    // Not spread, which would go through an iterator byte by byte.
    out += Reflect.apply(String.fromCharCode, undefined, bytes.subarray(i, i + CHUNK))
  return out
}

/** A binary string to bytes. */
export function fromBinary(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

/** A binary string to text; bytes that are not UTF-8 become U+FFFD. For people, never for comparing. */
export function toText(bytes: string): string {
  return new TextDecoder('utf-8', { fatal: false, ignoreBOM: true }).decode(fromBinary(bytes))
}

export function isArray(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value)
}

export function isMap(value: Value | undefined): value is ReadonlyMap<string, Value> {
  return value instanceof Map
}

export function isAddress(value: Value | undefined): value is Address {
  return typeof value === 'object' && 'version' in value
}
