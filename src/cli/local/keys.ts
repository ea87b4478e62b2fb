/**
 * Keys of a local run: new at each start, kept in memory.
 * @module
 */
import { randomBytes } from 'node:crypto'
import { formatKeySet } from '../../signature/keys.ts'
import { createKeySets } from '../keys/key-sets.ts'

/** Two JWK Sets as text, one for each door. */
export interface LocalKeys {
  readonly edge: string
  readonly origin: string
}

/** What signs live policy and what the edge checks it with, as JWK Sets. */
export interface LocalPolicyKeys {
  readonly sign: string
  readonly verify: string
}

export function createLocalKeys(alg: 'hmac-sha256' | 'ed25519' = 'hmac-sha256'): LocalKeys {
  const { edge, origin } = createKeySets(alg, randomBytes)
  return { edge: formatKeySet(edge), origin: formatKeySet(origin) }
}

/** What the operator API of a local run wants to see: as secret as its keys. */
export function createOperatorToken(): string {
  return randomBytes(32).toString('base64url')
}

export function createLocalPolicyKeys(): LocalPolicyKeys {
  const { edge, origin } = createKeySets('ed25519', randomBytes)
  return { sign: formatKeySet(edge), verify: formatKeySet(origin) }
}
