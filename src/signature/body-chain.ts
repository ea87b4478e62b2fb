/**
 * Bodies in authenticated chunks: what `Sallyport-Body` announces, and the bytes that each tag is made of.
 *
 * A chunk is a header of four bytes, the payload, and a tag by the key that signed the request. The first bit of
 * the header marks the last chunk, the others are the payload's length. Each tag is made of
 * `sallyport-body-1\n`, the tag before it, the header and the payload; before the first tag stands the request's
 * own signature. So no chunk can be moved, left out, repeated or taken to another request, and none can follow
 * the last. Every chunk but the last is full: a body of N bytes costs N / size tags, however it trickles in.
 *
 * One key makes tags, signatures and tokens, and none of them can pass for another, because the first byte of
 * what is signed tells them apart: `s` here, `"` in a signature base (RFC 9421 section 2.5: it begins with the
 * name of a component), `e` in a token (RFC 7515 section 3: base64url of `{"`).
 * @module
 */
import type { Algorithm } from './profile.ts'

/** What both doors must agree on before the first byte of a body. */
export interface BodyPlan {
  /** Payload bytes of every chunk but the last, 1 to `MAX_CHUNK`. */
  readonly size: number
  /** Bytes of the plain body; absent when the client declared no length. */
  readonly length?: number
}

/** Payload bytes of a chunk as the edge makes them. */
export const CHUNK_SIZE = 65_536

/** The most payload that a verifier holds before it has seen the tag. */
export const MAX_CHUNK = 1_048_576

/** Bytes of a chunk's header. */
export const HEADER_BYTES = 4

/** What every tag begins with. */
export const CHAIN_LABEL: Uint8Array = new TextEncoder().encode('sallyport-body-1\n')

const LAST = 0x8000_0000
const FORM = /^chunks;size=([1-9][0-9]{0,6})(?:;length=(0|[1-9][0-9]{0,14}))?$/

/** The value of `Sallyport-Body`: an item of structured fields (RFC 9651) in one spelling. */
export function formatBodyPlan({ size, length }: BodyPlan): string {
  return length === undefined ? `chunks;size=${size}` : `chunks;size=${size};length=${length}`
}

/** Reads `Sallyport-Body`; `undefined` for anything that `formatBodyPlan` would not have written. */
export function parseBodyPlan(value: string): BodyPlan | undefined {
  const match = FORM.exec(value)
  const size = Number(match?.[1])
  if (!match || size > MAX_CHUNK) return undefined
  return match[2] === undefined ? { size } : { size, length: Number(match[2]) }
}

/** Bytes of a tag: those of a signature by the same key. */
export function tagBytesOf(alg: Algorithm): 32 | 64 {
  return alg === 'hmac-sha256' ? 32 : 64
}

/** Bytes on the wire of a body of `length` bytes, which so stays a body of a declared length. */
export function framedLength(length: number, size: number, tagBytes: number): number {
  return length + Math.max(1, Math.ceil(length / size)) * (HEADER_BYTES + tagBytes)
}

/** The header of a chunk: big-endian, as all of HTTP's binary framing is. */
export function writeChunkHeader(target: Uint8Array, at: number, length: number, last: boolean): void {
  const word = last ? length + LAST : length
  target[at] = word >>> 24
  target[at + 1] = (word >>> 16) & 255
  target[at + 2] = (word >>> 8) & 255
  target[at + 3] = word & 255
}

/** Reads the first four bytes as a header. `length` may be up to 2³¹ − 1: the caller bounds it. */
export function readChunkHeader(bytes: Uint8Array): { readonly length: number; readonly last: boolean } {
  const [a = 0, b = 0, c = 0, d = 0] = bytes
  return { length: ((a & 127) << 24) | (b << 16) | (c << 8) | d, last: a > 127 }
}
