/**
 * What has been fetched about agents, as one value in KV. Whoever can write there could let any address pass as a
 * crawler, so the value counts only with a MAC by a key that is derived from the edge's secret.
 *
 * The value is 32 bytes of HMAC-SHA-256, then a container (`bundle/container.ts`) with a part `index` of JSON and one
 * part `ranges/<id>` for each list, ready to be searched: isolates parse no prefixes.
 * @module
 */
import { encodeContainer, openContainer } from '../../bundle/container.ts'
import { parseJson, toJsonBytes } from '../../bundle/json-bytes.ts'
import { isStoredIndex, type StoredIndex } from './stored-index.ts'

/** The one key in KV. */
export const BOT_DATA_KEY = 'bots/data'
/** The longest value that is read or written; 20,000 ranges take 160 KB. */
export const MAX_BOT_DATA_BYTES: number = 4 * 1024 * 1024

const MAC_BYTES = 32
const INDEX = 'index'
const SCHEME = { name: 'HMAC', hash: 'SHA-256' } as const
/** Another meaning of the same secret must never give the same key. */
const PURPOSE = new TextEncoder().encode('sallyport bot data 1')

export interface StoredData {
  readonly index: StoredIndex
  /** Prefix sets in their binary form, by id of the source. */
  readonly sets: ReadonlyMap<string, ArrayBuffer>
}

/** Why a value is not used; stable, for metrics. */
export type StoredFault = 'too-large' | 'bad-mac' | 'unknown-format'

export type StoredResult =
  | { readonly ok: true; readonly data: StoredData }
  | { readonly ok: false; readonly fault: StoredFault }

export interface StoredCodec {
  encode(data: StoredData): Promise<ArrayBuffer>
  /** Never rejects. */
  decode(value: ArrayBuffer): Promise<StoredResult>
}

async function deriveKey(secret: Uint8Array) {
  const master = await crypto.subtle.importKey('raw', new Uint8Array(secret), SCHEME, false, ['sign'])
  const derived = await crypto.subtle.sign('HMAC', master, PURPOSE)
  return crypto.subtle.importKey('raw', derived, SCHEME, false, ['sign', 'verify'])
}

function readContainer(bytes: ArrayBuffer): StoredData | undefined {
  const parts = openContainer(bytes)
  const place = parts.get(INDEX)
  if (place === undefined) return undefined
  const index = parseJson(new Uint8Array(bytes, place.offset, place.length))
  if (!isStoredIndex(index)) return undefined
  const sets = new Map<string, ArrayBuffer>()
  for (const { id } of index.sources) {
    const part = parts.get(`ranges/${id}`)
    if (part) sets.set(id, bytes.slice(part.offset, part.offset + part.length))
  }
  return { index, sets }
}

/** @param secret At least 16 bytes that nobody but the edge has. */
export function createStoredCodec(secret: Uint8Array): StoredCodec {
  // The key is kept and not the promise: in workerd a promise belongs to the request that made it.
  let key: Awaited<ReturnType<typeof deriveKey>> | undefined
  const open = async () => {
    key ??= await deriveKey(secret)
    return key
  }
  return {
    async encode({ index, sets }) {
      const container = encodeContainer([
        { name: INDEX, bytes: toJsonBytes(index) },
        ...[...sets].map(([id, set]) => ({ name: `ranges/${id}`, bytes: new Uint8Array(set) })),
      ])
      const value = new Uint8Array(MAC_BYTES + container.length)
      value.set(new Uint8Array(await crypto.subtle.sign('HMAC', await open(), container)))
      value.set(container, MAC_BYTES)
      return value.buffer
    },
    async decode(value) {
      if (value.byteLength > MAX_BOT_DATA_BYTES) return { ok: false, fault: 'too-large' }
      try {
        const container = value.slice(MAC_BYTES)
        const mac = value.slice(0, MAC_BYTES)
        if (!(await crypto.subtle.verify('HMAC', await open(), mac, container)))
          return { ok: false, fault: 'bad-mac' }
        const data = readContainer(container)
        return data ? { ok: true, data } : { ok: false, fault: 'unknown-format' }
      } catch {
        return { ok: false, fault: 'unknown-format' }
      }
    },
  }
}
