/**
 * What the origin says when it is asked for its robots.txt (RFC 9309 section 2.3.1).
 * @module
 */
import { LONGEST_ROBOTS } from './robots-text.ts'

export type OriginRobots =
  | { readonly kind: 'text'; readonly text: string }
  /** There is none: a status of 4xx, or a page of HTML in its place. */
  | { readonly kind: 'none' }
  /** It is somewhere else: the client has to be told so. */
  | { readonly kind: 'elsewhere'; readonly status: number; readonly location: string }
  /** Nobody knows: the origin is down, too slow or too busy. */
  | { readonly kind: 'down' }

/** A page of an application that answers everything with one. */
const HTML = /^\s*</

/** Reads at most 500 KiB of an answer. Never rejects: what breaks off is `down`. */
export async function readOriginRobots(response: Response): Promise<OriginRobots> {
  const { status, headers, body } = response
  const location = headers.get('location')
  if (status >= 300 && status < 400 && status !== 304 && location !== null) {
    await cancel(body)
    return { kind: 'elsewhere', status, location }
  }
  if (status !== 200) {
    await cancel(body)
    // Too many requests: the origin does not say that there is no file.
    return { kind: status >= 400 && status < 500 && status !== 429 ? 'none' : 'down' }
  }
  try {
    const text = new TextDecoder().decode(await readStart(body))
    return HTML.test(text) ? { kind: 'none' } : { kind: 'text', text }
  } catch {
    return { kind: 'down' }
  }
}

async function readStart(body: ReadableStream<Uint8Array> | null): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  if (body !== null) {
    for await (const chunk of body) {
      chunks.push(chunk)
      size += chunk.length
      // Leaving the loop early cancels the stream.
      if (size >= LONGEST_ROBOTS) break
    }
  }
  const held = new Uint8Array(Math.min(size, LONGEST_ROBOTS))
  let at = 0
  for (const chunk of chunks) {
    held.set(chunk.subarray(0, held.length - at), at)
    at += Math.min(chunk.length, held.length - at)
  }
  return held
}

async function cancel(body: ReadableStream | null): Promise<void> {
  try {
    await body?.cancel()
  } catch {
    // It has failed already: there is nothing left to cancel.
  }
}
