/**
 * Looks at the beginning of a request's content and leaves all of it for the origin.
 * @module
 */
import { readContentCoding } from '../http/body-guard/content-coding.ts'
import type { BodyFacts } from '../http/rule-fields/rule-facts.ts'
import { awaitWithin, type Timer } from '../ingress/limits/deadline.ts'

/** Bytes that are looked at. */
export const PEEK_BYTES = 65_536

/** The part of a `Request` that is used. */
export interface Peekable {
  clone(): { readonly body: ReadableStream<Uint8Array> | null }
}

/**
 * Never rejects. `undefined` when there is no content. Content that broke off or did not come in time is told as
 * empty and truncated: to be slow must not be a way around a limit that counts by it. The same goes for content in a
 * coding (gzip), which an origin would undo: as it stands, anything could be in it.
 * @param coding The Content-Encoding field.
 * @param size The declared length, when there is one.
 * @param patience Milliseconds.
 */
export async function peekBody(
  request: Peekable,
  coding: string | undefined,
  size: number | undefined,
  patience: number,
  timer: Timer,
): Promise<BodyFacts | undefined> {
  if (readContentCoding(coding) !== undefined) return { raw: '', size: size ?? 0, truncated: true }
  const { body } = request.clone()
  if (body === null) return undefined
  const reader = body.getReader()
  const read = await awaitWithin(readStart(reader), patience, timer, () => {})
  // What is not read would be kept for this branch until the request ends.
  reader.cancel().catch(() => {})
  if (typeof read === 'string') return { raw: '', size: size ?? 0, truncated: true }
  const { bytes, ended } = read
  const isWhole = ended || size === bytes.length
  return { raw: toBinary(bytes), size: isWhole ? bytes.length : (size ?? bytes.length), truncated: !isWhole }
}

interface Start {
  readonly bytes: Uint8Array
  readonly ended: boolean
}

/** Bytes of the first buffer: whoever sends nothing holds no more. */
const FIRST = 1024

async function readStart(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Start> {
  let bytes = new Uint8Array(FIRST)
  let length = 0
  while (length < PEEK_BYTES) {
    const { done, value } = await reader.read()
    if (done) return { bytes: bytes.subarray(0, length), ended: true }
    const part = value.subarray(0, PEEK_BYTES - length)
    bytes = makeRoom(bytes, length + part.length)
    bytes.set(part, length)
    length += part.length
  }
  return { bytes: bytes.subarray(0, length), ended: false }
}

/** The same bytes with room for so many: twice as much as before, that not every piece is copied again. */
function makeRoom(bytes: Uint8Array<ArrayBuffer>, least: number): Uint8Array<ArrayBuffer> {
  if (bytes.length >= least) return bytes
  const larger = new Uint8Array(Math.min(PEEK_BYTES, Math.max(least, 2 * bytes.length)))
  larger.set(bytes)
  return larger
}

/** Characters that one call makes: arguments lie on the stack. */
const CHUNK = 8192

/** Bytes as a binary string, which is what the Rules language works on. */
function toBinary(bytes: Uint8Array): string {
  let text = ''
  for (let from = 0; from < bytes.length; from += CHUNK)
    text += String.fromCharCode(...bytes.subarray(from, from + CHUNK))
  return text
}
