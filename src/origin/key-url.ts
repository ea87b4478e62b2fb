/**
 * Public keys from a URL: an origin follows a JWK Set that somebody else publishes.
 *
 * Ed25519 only. An HMAC key is a secret: whoever can read the URL could sign.
 * @module
 */
import { type KeySet, parseKeySet } from '../signature/keys.ts'
import { createReporter, type KeyReports, startPoll } from './key-poll.ts'
import { createKeyHolder, type WatchedKeys, watchHolder } from './key-source.ts'
import { importOriginKey } from './mac.ts'
import { within } from './within.ts'

export interface KeyUrlOptions extends KeyReports {
  /** Milliseconds between two requests, 50 to 600,000. Default 1,000: what is revoked is refused within 2 s. */
  readonly everyMs?: number
  /** Milliseconds for one request and its answer, 50 to 30,000. Default 900. */
  readonly timeoutMs?: number
  /**
   * Milliseconds the last set is kept while no answer comes, 1,000 to 86,400,000; then every request is refused.
   * Default 600,000. Whoever can cut off the URL can delay a revocation for so long.
   */
  readonly maxStaleMs?: number
  /** Allows `http:` to other machines: whoever sits between could put in keys of their own. Default false. */
  readonly allowPlainHttp?: boolean
  readonly fetch?: typeof fetch
  /** Milliseconds on any clock that only goes forward. */
  readonly now?: () => number
}

/** More than any key set may be long. */
const MAX_BYTES = 65_536

const LOOPBACK = /^(?:localhost|127\.[0-9.]+|\[::1\])$/

function bound(name: string, value: number, min: number, max: number): number {
  if (value >= min && value <= max) return value
  throw new RangeError(`${name} must be from ${min} to ${max} milliseconds, not ${value}`)
}

/** @throws TypeError that does not repeat the URL, which may hold a password. */
function checkUrl(text: string, allowPlainHttp: boolean): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw new TypeError('the key URL must begin with https://')
  if (url.username !== '' || url.password !== '') throw new TypeError('the key URL must not hold a password')
  if (url.protocol === 'http:' && !allowPlainHttp && !LOOPBACK.test(url.hostname)) {
    throw new TypeError('the key URL must begin with https://, or set allowPlainHttp')
  }
  return url
}

/** Public keys of the set, each of which can be used. */
function readPublicKeys(text: string): KeySet {
  const result = parseKeySet(text)
  if (!result.ok) throw new Error(result.error.message)
  for (const [index, key] of result.keySet.keys.entries()) {
    const name = `keys[${index}] (${key.kid})`
    if (key.kty === 'oct') throw new Error(`${name} is a secret: only public Ed25519 keys may have a URL`)
    if (key.d !== undefined) throw new Error(`${name} holds its private half: publish origin.jwks.json`)
    importOriginKey(key)
  }
  return result.keySet
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const part of response.body ?? []) {
    size += part.byteLength
    if (size > MAX_BYTES) throw new Error(`the answer is longer than ${MAX_BYTES} bytes`)
    text += decoder.decode(part, { stream: true })
  }
  return text + decoder.decode()
}

/**
 * Reads the keys at a URL and asks for them again and again, with `If-None-Match` where the answer had an `ETag`.
 * Later, the last good set stays in use while no good answer comes, for `maxStaleMs` at most.
 * @throws Error when there is no good answer now; TypeError or RangeError when an option is wrong.
 */
export async function followKeyUrl(text: string, options: KeyUrlOptions = {}): Promise<WatchedKeys> {
  const url = checkUrl(text, options.allowPlainHttp === true)
  const everyMs = bound('everyMs', options.everyMs ?? 1000, 50, 600_000)
  const timeoutMs = bound('timeoutMs', options.timeoutMs ?? 900, 50, 30_000)
  const maxStaleMs = bound('maxStaleMs', options.maxStaleMs ?? 600_000, 1000, 86_400_000)
  const request = options.fetch ?? fetch
  const now = options.now ?? (() => performance.now())
  // Without its query, which may hold a secret too.
  const name = `key URL ${url.origin}${url.pathname}`
  let etag: string | undefined

  /** `undefined`: not changed since. */
  async function load(): Promise<KeySet | undefined> {
    const response = await request(url, {
      headers: { accept: 'application/json', ...(etag !== undefined && { 'if-none-match': etag }) },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (response.status === 304 && etag !== undefined) return undefined
    if (response.status !== 200) {
      await response.body?.cancel()
      throw new Error(`it answered ${response.status}`)
    }
    const keySet = readPublicKeys(await readText(response))
    etag = response.headers.get('etag') ?? undefined
    return keySet
  }

  const first = await within(2 * timeoutMs, load()).catch((error: unknown) => {
    throw new Error(`${name}: ${reasonOf(error)}`)
  })
  const holder = createKeyHolder(first ?? { keys: [] })
  const reporter = createReporter(options)
  let good = now()

  async function ask(): Promise<void> {
    const asked = now()
    try {
      const keySet = await within(2 * timeoutMs, load())
      good = asked
      reporter.recovered()
      if (keySet && holder.replace(keySet)) reporter.changed(keySet.keys.map((key) => key.kid))
    } catch (error) {
      const stale = now() - good > maxStaleMs
      // Without its tag the next good answer comes whole, and puts the keys back.
      if (stale && holder.replace({ keys: [] })) etag = undefined
      const end = stale ? '; its keys are too old, every signed request is refused' : ''
      reporter.failed(new Error(`${name}: ${reasonOf(error)}${end}`))
    }
  }

  return watchHolder(holder, startPoll({ everyMs, ask }))
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error'
  const { cause } = error
  return cause instanceof Error ? cause.message : error.message
}
