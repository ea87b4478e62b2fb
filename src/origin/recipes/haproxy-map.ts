/**
 * The keys of the origin as HAProxy looks them up: one line each, the key's id and its secret in base64.
 * @module
 */
import { fromBase64, toBase64 } from '../../signature/base64.ts'
import type { KeySet } from '../../signature/keys.ts'

export interface KeyMap {
  /** Secrets in base64 by key id. */
  readonly entries: ReadonlyMap<string, string>
  /** Ids of keys that HAProxy cannot use: its converters know HMAC, but no Ed25519. */
  readonly left: readonly string[]
}

export function toKeyMap({ keys }: KeySet): KeyMap {
  const entries = new Map<string, string>()
  const left: string[] = []
  for (const key of keys) {
    if (key.kty === 'oct') entries.set(key.kid, toBase64(fromBase64(key.k)))
    else left.push(key.kid)
  }
  return { entries, left }
}

/** The text of the map file. It holds secrets: write it where only HAProxy can look. */
export function formatKeyMap({ entries }: KeyMap): string {
  return [...entries].map(([kid, secret]) => `${kid} ${secret}\n`).join('')
}
