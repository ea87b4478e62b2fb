/**
 * Reading a public resource whose operator is not ours: over https only, of bounded size and time.
 * @module
 */

/** The runtime's `fetch`, or one of a test. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export type Fetched =
  | { readonly kind: 'fetched'; readonly text: string; readonly etag?: string }
  /** What `etag` names is still what is there. */
  | { readonly kind: 'same' }
  /** `why` is one word or a status, for metrics: `timeout`, `http-503`. */
  | { readonly kind: 'failed'; readonly why: string }

export interface FetchBounds {
  /** Bytes of content. */
  readonly most: number
  /** Milliseconds until the content is there. */
  readonly timeout: number
  /** Redirects that are followed, each to https. */
  readonly redirects: number
}

export interface Wanted {
  readonly accept: string
  readonly etag?: string
}

/** Says who asks and what for, as we want it of others. */
const USER_AGENT = 'sallyport (reads published address ranges)'
/** Kept and sent back; anything else is not worth it. */
const ETAG = /^[!-~]{1,200}$/

function fail(why: string): Fetched {
  return { kind: 'failed', why }
}

/** `undefined` when there is more than `most`; the stream is cancelled then. */
async function readBytes(body: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > most) return undefined
    chunks.push(chunk)
  }
  const bytes = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function nextUrl(response: Response, from: string): string | undefined {
  const location = response.headers.get('location')
  if (location === null || !URL.canParse(location, from)) return undefined
  return new URL(location, from).href
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status)
}

async function readResponse(response: Response, most: number): Promise<Fetched> {
  if (response.status !== 200) return fail(`http-${response.status}`)
  const bytes = response.body === null ? new Uint8Array() : await readBytes(response.body, most)
  if (bytes === undefined) return fail('too-large')
  const text = decode(bytes)
  if (text === undefined) return fail('not-utf8')
  const etag = response.headers.get('etag')
  return { kind: 'fetched', text, ...(etag !== null && ETAG.test(etag) ? { etag } : {}) }
}

function reasonOf(error: unknown): string {
  const name = error instanceof Error ? error.name : ''
  return name === 'TimeoutError' || name === 'AbortError' ? 'timeout' : 'unreachable'
}

/** Never rejects. */
export async function fetchBounded(
  fetch: Fetch,
  url: string,
  { accept, etag }: Wanted,
  { most, timeout, redirects }: FetchBounds,
): Promise<Fetched> {
  const headers = {
    accept,
    'user-agent': USER_AGENT,
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
  }
  const signal = AbortSignal.timeout(timeout)
  let at = url
  try {
    for (let hop = 0; hop <= redirects; hop++) {
      if (!at.startsWith('https://')) return fail('not-https')
      const response = await fetch(at, { headers, redirect: 'manual', signal })
      if (response.status === 304 && etag !== undefined) return { kind: 'same' }
      if (!isRedirect(response.status)) return await readResponse(response, most)
      await response.body?.cancel()
      const next = nextUrl(response, at)
      if (next === undefined) return fail('bad-redirect')
      at = next
    }
    return fail('too-many-redirects')
  } catch (error) {
    return fail(reasonOf(error))
  }
}
