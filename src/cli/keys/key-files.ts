/**
 * Key sets on disk: `edge.jwks.json` and `origin.jwks.json`, readable by their owner only.
 * @module
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatKeySet, type KeySet, parseKeySet } from '../../signature/keys.ts'
import type { KeySets } from './key-sets.ts'

export const EDGE_FILE = 'edge.jwks.json'
export const ORIGIN_FILE = 'origin.jwks.json'

const OWNER_ONLY = 0o600

/** @throws Error that names the file and the way out when either file is there already. */
export function writeNewKeyFiles(directory: string, sets: KeySets): void {
  for (const name of [EDGE_FILE, ORIGIN_FILE]) {
    if (existsSync(join(directory, name))) {
      throw new Error(
        `${join(directory, name)} exists and is not overwritten; use "sallyport keys rotate", or --out for another directory`,
      )
    }
  }
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  for (const [name, set] of entries(sets)) {
    writeFileSync(join(directory, name), formatKeySet(set), { mode: OWNER_ONLY, flag: 'wx' })
  }
}

/** Replaces both files, each at once: a reader sees the old one or the new one, never half of it. */
export function replaceKeyFiles(directory: string, sets: KeySets): void {
  for (const [name, set] of entries(sets)) {
    const path = join(directory, name)
    const next = `${path}.new`
    writeFileSync(next, formatKeySet(set), { mode: OWNER_ONLY })
    chmodSync(next, OWNER_ONLY)
    renameSync(next, path)
  }
}

/** @throws Error that names the file and what is wrong with it, never what it holds. */
export function readEdgeKeys(directory: string): KeySet {
  const path = join(directory, EDGE_FILE)
  if (!existsSync(path)) {
    throw new Error(`${path} is not there; make keys with "sallyport keys new", or say --out where they are`)
  }
  const result = parseKeySet(readFileSync(path, 'utf8'))
  if (!result.ok) throw new Error(`${path}: ${result.error.message}`)
  return result.keySet
}

function entries(sets: KeySets): readonly (readonly [string, KeySet])[] {
  // The origin's first: were the second write to fail, the door that accepts would already know the key.
  return [
    [ORIGIN_FILE, sets.origin],
    [EDGE_FILE, sets.edge],
  ]
}
