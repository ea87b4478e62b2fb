/**
 * The content of a challenged form, read so that the page can keep it.
 * @module
 */
import { MAX_KEPT } from '../ingress/challenge/kept-form.ts'
import { awaitWithin, type Timer } from '../ingress/limits/deadline.ts'

/** Milliseconds that the content of a form may take. */
const PATIENCE = 10_000

/** The content, of at most `MAX_KEPT` bytes, within 10 s; else `undefined`. Never rejects. */
export async function readForm(
  body: ReadableStream<Uint8Array> | null,
  timer: Timer,
): Promise<string | undefined> {
  if (body === null) return undefined
  const read = await awaitWithin(readText(body), PATIENCE, timer, () => {})
  return read === 'timeout' || read === 'error' ? undefined : read.text
}

/**
 * Takes no memory before the content comes: it costs nothing to promise some and send none. In UTF-8, and a mark at
 * its beginning stays, as it would be lost when the form is sent again.
 */
async function readText(body: ReadableStream<Uint8Array>): Promise<{ readonly text: string | undefined }> {
  const decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true })
  let size = 0
  let text = ''
  for await (const chunk of body) {
    size += chunk.length
    // Leaving the loop early cancels the stream.
    if (size > MAX_KEPT) return { text: undefined }
    text += decoder.decode(chunk, { stream: true })
  }
  return { text: text + decoder.decode() }
}
