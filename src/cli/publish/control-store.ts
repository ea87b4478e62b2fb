/**
 * The policy store of a running `npm start`, reached through its control door.
 * @module
 */
import { type Store, type StoredKey, StoreError } from './store.ts'

export interface ControlAccess {
  /** Of the control door. */
  readonly url: string
  readonly token: string
  /** For people. */
  readonly place: string
}

/** Milliseconds for one read or write on this machine. */
const TIMEOUT = 30_000

export function createControlStore({ url, token, place }: ControlAccess): Store {
  async function call(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...init.headers, authorization: `Bearer ${token}` }
    try {
      return await fetch(`${url}${path}`, { ...init, headers, signal: AbortSignal.timeout(TIMEOUT) })
    } catch (cause) {
      const fix = 'Is it still running? Start it with npm start, or remove .sallyport/running.json.'
      throw new StoreError(`The control door of ${place} does not answer. ${fix}`, { cause })
    }
  }
  async function fail(response: Response, what: string): Promise<never> {
    const why = (await response.text()).slice(0, 300).trim()
    throw new StoreError(`${place} refused to ${what} (${response.status}): ${why}`)
  }
  return {
    place,
    async get(key) {
      const response = await call(`/store/${key}`)
      if (response.status === 404) return null
      return response.ok ? response.arrayBuffer() : fail(response, `read ${key}`)
    },
    async put(writes) {
      for (const { key, value, metadata } of writes) {
        const text = metadata && Buffer.from(JSON.stringify(metadata)).toString('base64url')
        const headers = text === undefined ? {} : { 'sallyport-metadata': text }
        const response = await call(`/store/${key}`, { method: 'PUT', body: value, headers })
        if (!response.ok) await fail(response, `write ${key}`)
      }
    },
    async list(prefix) {
      const response = await call(`/store?prefix=${encodeURIComponent(prefix)}`)
      if (!response.ok) await fail(response, `list ${prefix}`)
      return (await response.json()) as readonly StoredKey[]
    },
  }
}
