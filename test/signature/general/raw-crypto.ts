/** Every algorithm by node:crypto alone, so that no code of ours stands on the libraries' side. */
import {
  constants,
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto'
import type { SignatureAlgorithm } from '../../../src/signature/general/algorithm.ts'
import type { TestKey } from './contender.ts'

interface RawCrypto {
  readonly sign: (data: Uint8Array) => Buffer
  readonly verify: (data: Uint8Array, signature: Uint8Array) => boolean
}

const HASHES: Readonly<Record<SignatureAlgorithm, string | null>> = {
  'rsa-pss-sha512': 'sha512',
  'rsa-v1_5-sha256': 'sha256',
  'hmac-sha256': 'sha256',
  'ecdsa-p256-sha256': 'sha256',
  'ecdsa-p384-sha384': 'sha384',
  ed25519: null,
}

const opened = new Map<string, KeyObject>()

export function rawCrypto({ alg, jwk }: TestKey): RawCrypto {
  if (jwk.kty === 'oct') {
    const secret = Buffer.from(jwk.k ?? '', 'base64url')
    const mac = (data: Uint8Array): Buffer => createHmac('sha256', secret).update(data).digest()
    return { sign: mac, verify: (data, signature) => mac(data).equals(signature) }
  }
  const id = `${jwk.x ?? ''}${jwk.n ?? ''}`
  const secret = opened.get(id) ?? createPrivateKey({ key: { ...jwk }, format: 'jwk' })
  opened.set(id, secret)
  const open = createPublicKey(secret)
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 }
  const options =
    alg === 'rsa-pss-sha512' ? pss : alg.startsWith('ecdsa') ? { dsaEncoding: 'ieee-p1363' as const } : {}
  return {
    sign: (data) => signBytes(HASHES[alg], data, { key: secret, ...options }),
    verify: (data, signature) => verifyBytes(HASHES[alg], data, { key: open, ...options }, signature),
  }
}
