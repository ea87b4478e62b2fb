/**
 * The keys of live policy, from where an operator or a CI job keeps them.
 * @module
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type KeySet, parseKeySet } from '../../signature/keys.ts'
import { DEFAULT_KEY_DIRECTORY, POLICY_FILES } from '../keys/key-files.ts'

/** For CI, where secrets are variables: the text of `policy.jwks.json`. */
export const KEYS_VARIABLE = 'SALLYPORT_POLICY_PRIVATE_KEYS'

export type KeysResult =
  | { readonly ok: true; readonly keySet: KeySet }
  /** Names the file or variable, never what it holds. */
  | { readonly ok: false; readonly message: string }

function readText(name: string, text: string): KeysResult {
  const parsed = parseKeySet(text)
  if (!parsed.ok) return { ok: false, message: `${name}: ${parsed.error.message}` }
  const other = parsed.keySet.keys.find((key) => key.kty !== 'OKP')
  if (other === undefined) return { ok: true, keySet: parsed.keySet }
  const fix = `Policies are signed with the Ed25519 keys of "${POLICY_FILES.command} new".`
  return { ok: false, message: `${name}: ${other.kid} is a key of another kind. ${fix}` }
}

export function readPolicyKeys(file: string): KeysResult {
  try {
    return readText(file, readFileSync(file, 'utf8'))
  } catch {
    const fix = `Make keys with "${POLICY_FILES.command} new", or name the file with --keys.`
    return { ok: false, message: `${file} cannot be read. ${fix}` }
  }
}

export interface FindKeys {
  /** As given on the command line. */
  readonly file: string | undefined
  /** Signing needs the private set; for checking the public one will do, and comes first. */
  readonly purpose: 'sign' | 'check'
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** The key set of a deployment: the file named, else the variable, else the files in their usual place. */
export function findPolicyKeys({ file, purpose, environment }: FindKeys): KeysResult {
  if (file !== undefined) return readPolicyKeys(file)
  const text = environment[KEYS_VARIABLE]
  if (text !== undefined && text !== '') return readText(KEYS_VARIABLE, text)
  const usual = join(DEFAULT_KEY_DIRECTORY, POLICY_FILES.signer)
  const open = join(DEFAULT_KEY_DIRECTORY, POLICY_FILES.verifier)
  return readPolicyKeys(purpose === 'check' && existsSync(open) ? open : usual)
}
