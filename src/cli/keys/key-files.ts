/**
 * Key sets on disk: one file for the side that signs and one for the side that checks, readable by their
 * owner only.
 * @module
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatKeySet, type KeySet, parseKeySet } from '../../signature/keys.ts'
import type { KeySets } from './key-sets.ts'

/** The file names of a pair of key sets, and the command that makes them. */
export interface KeyFiles {
  readonly signer: string
  readonly verifier: string
  /** `sallyport keys`, to which `new`, `rotate` and `retire` are added. */
  readonly command: string
}

/** The edge signs requests, the origin checks them. */
export const DOOR_FILES: KeyFiles = {
  signer: 'edge.jwks.json',
  verifier: 'origin.jwks.json',
  command: 'sallyport keys',
}

/** `sallyport publish` signs policy, the edge checks it. */
export const POLICY_FILES: KeyFiles = {
  signer: 'policy.jwks.json',
  verifier: 'policy.public.jwks.json',
  command: 'sallyport keys policy',
}

export const DEFAULT_KEY_DIRECTORY = '.sallyport/keys'

const OWNER_ONLY = 0o600

/** @throws Error that names the file and the way out when either file is there already. */
export function writeNewKeyFiles(directory: string, files: KeyFiles, sets: KeySets): void {
  for (const name of [files.signer, files.verifier]) {
    if (existsSync(join(directory, name))) {
      throw new Error(
        `${join(directory, name)} exists and is not overwritten; use "${files.command} rotate", or --out for another directory`,
      )
    }
  }
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  for (const [name, set] of entries(files, sets)) {
    writeFileSync(join(directory, name), formatKeySet(set), { mode: OWNER_ONLY, flag: 'wx' })
  }
}

/** Replaces both files, each at once: a reader sees the old one or the new one, never half of it. */
export function replaceKeyFiles(directory: string, files: KeyFiles, sets: KeySets): void {
  for (const [name, set] of entries(files, sets)) {
    const path = join(directory, name)
    const next = `${path}.new`
    writeFileSync(next, formatKeySet(set), { mode: OWNER_ONLY })
    chmodSync(next, OWNER_ONLY)
    renameSync(next, path)
  }
}

/** The set that signs. @throws Error that names the file and what is wrong with it, never what it holds. */
export function readSignerKeys(directory: string, { signer, command }: KeyFiles): KeySet {
  const path = join(directory, signer)
  if (!existsSync(path)) {
    throw new Error(`${path} is not there; make keys with "${command} new", or say --out where they are`)
  }
  const result = parseKeySet(readFileSync(path, 'utf8'))
  if (!result.ok) throw new Error(`${path}: ${result.error.message}`)
  return result.keySet
}

function entries(files: KeyFiles, sets: KeySets): readonly (readonly [string, KeySet])[] {
  // The verifier's first: were the second write to fail, the side that accepts would already know the key.
  return [
    [files.verifier, sets.origin],
    [files.signer, sets.edge],
  ]
}
