/**
 * Fetches the keys of one agent (draft-meunier-webbotauth-httpsig-directory-00). For the cron only, and for hosts
 * of the allow list only: who could make us fetch from a host of his choice would have us attack it.
 * @module
 */
import type { Fetch } from '../bounded-fetch.ts'
import { findProvenKeys } from './directory-signature.ts'
import { MAX_KEYS, type PublishedKey, readPublishedKey } from './published-key.ts'

export interface DirectoryPorts {
  readonly fetch: Fetch
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

export interface DirectoryOptions {
  /**
   * `required`: only keys that have signed the answer are taken, as Cloudflare does. `if-present`: an answer without
   * signatures is believed for its certificate alone. Without it `required`.
   */
  readonly signature?: 'required' | 'if-present'
}

export type DirectoryResult =
  | {
      readonly ok: true
      readonly keys: readonly PublishedKey[]
      /** Keys that were left out: of other kinds, past their time, or without a signature. */
      readonly skipped: number
    }
  /** `why`: for an operator; holds nothing of the answer. */
  | { readonly ok: false; readonly why: string }

const DIRECTORY_PATH = '/.well-known/http-message-signatures-directory'
const MEDIA_TYPE = 'application/http-message-signatures-directory+json'
/** Says who asks and what for, as we want it of others. */
const USER_AGENT = 'sallyport (reads key directories)'
const MAX_BYTES = 65_536
const TIMEOUT_MS = 5000
/** Names with a dot and a top level that is no number: neither an address nor a machine of the network around. */
const HOST = /^https:\/\/(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z][a-z0-9-]{0,61}[a-z0-9]$/

function refuse(why: string): DirectoryResult {
  return { ok: false, why }
}

/** @param host As `https://agent.example`. Never rejects. */
export async function fetchDirectory(
  host: string,
  ports: DirectoryPorts,
  options: DirectoryOptions = {},
): Promise<DirectoryResult> {
  if (!HOST.test(host)) return refuse('it is no host of the form https://agent.example')
  const url = new URL(DIRECTORY_PATH, host)
  try {
    const response = await ports.fetch(url.href, {
      headers: { accept: MEDIA_TYPE, 'user-agent': USER_AGENT },
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const text = await readAnswer(response)
    if ('ok' in text) return text
    return await readDirectory(text.value, response, url, { ...options, now: ports.now() })
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError'
    return refuse(isLate ? `it took longer than ${TIMEOUT_MS / 1000} s` : 'it could not be reached')
  }
}

async function readAnswer(response: Response): Promise<DirectoryResult | { readonly value: string }> {
  const why = findFault(response)
  if (why !== undefined) {
    await response.body?.cancel()
    return refuse(why)
  }
  const bytes = await readBytes(response)
  if (!bytes) return refuse(`it is longer than ${MAX_BYTES} bytes`)
  return { value: new TextDecoder().decode(bytes) }
}

function findFault({ status, headers }: Response): string | undefined {
  if (status >= 300 && status < 400) return 'it redirects, which is not followed'
  if (status !== 200) return `it answered ${status}`
  const [type = ''] = (headers.get('content-type') ?? '').split(';')
  return type.trim().toLowerCase() === MEDIA_TYPE ? undefined : `its media type is not ${MEDIA_TYPE}`
}

async function readBytes({ body }: Response): Promise<Uint8Array | undefined> {
  const bytes = new Uint8Array(MAX_BYTES)
  let length = 0
  const reader = body?.getReader()
  while (reader) {
    const { done, value } = await reader.read()
    if (done) break
    if (length + value.length > MAX_BYTES) {
      await reader.cancel()
      return undefined
    }
    bytes.set(value, length)
    length += value.length
  }
  return bytes.subarray(0, length)
}

async function readDirectory(
  text: string,
  response: Response,
  url: URL,
  { now, signature = 'required' }: DirectoryOptions & { readonly now: number },
): Promise<DirectoryResult> {
  const listed = readKeyList(text)
  if (!listed) return refuse('it is no set of JSON Web Keys')
  if (listed.length > MAX_KEYS) return refuse(`it has more than ${MAX_KEYS} keys`)
  const read = await Promise.all(listed.map(readPublishedKey))
  const known = new Map(read.filter((key) => key !== undefined).map((key) => [key.keyid, key]))
  const good = [...known.values()].filter(({ exp }) => exp === undefined || exp > now / 1000)
  if (good.length === 0) return refuse('it has no key for Ed25519 or RSA-PSS that is good now')
  const proven = await findProvenKeys(response, url, good, now)
  if (!proven && signature === 'required') return refuse('the answer is not signed by its keys')
  const keys = good.filter(({ keyid }) => proven?.has(keyid) ?? true)
  if (keys.length === 0) return refuse('no key has a valid signature on the answer')
  return { ok: true, keys, skipped: listed.length - keys.length }
}

function readKeyList(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const keys = typeof value === 'object' && value !== null ? Reflect.get(value, 'keys') : undefined
    return Array.isArray(keys) ? keys : undefined
  } catch {
    return undefined
  }
}
