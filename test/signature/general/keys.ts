/** A key for each algorithm, new in every run. */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { SignatureAlgorithm } from '../../../src/signature/general/algorithm.ts'
import type { Jwk } from '../../../src/signature/general/webcrypto-key.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }) as Jwk
const ec = (namedCurve: string): Jwk =>
  generateKeyPairSync('ec', { namedCurve }).privateKey.export({ format: 'jwk' }) as Jwk

export const KEYS: Readonly<Record<SignatureAlgorithm, Jwk>> = {
  'rsa-pss-sha512': rsa,
  'rsa-v1_5-sha256': rsa,
  'hmac-sha256': { kty: 'oct', k: randomBytes(32).toString('base64url') },
  'ecdsa-p256-sha256': ec('P-256'),
  'ecdsa-p384-sha384': ec('P-384'),
  ed25519: generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as Jwk,
}
