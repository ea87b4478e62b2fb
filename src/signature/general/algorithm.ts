/**
 * The algorithms of RFC 9421 section 3.3. Each key has one; a message may repeat its name and never chooses.
 * @module
 */

export type SignatureAlgorithm =
  | 'rsa-pss-sha512'
  | 'rsa-v1_5-sha256'
  | 'hmac-sha256'
  | 'ecdsa-p256-sha256'
  | 'ecdsa-p384-sha384'
  | 'ed25519'

/** Fewest and most bytes that a signature has: RSA signatures are as long as the modulus. */
const LENGTHS: Readonly<Record<SignatureAlgorithm, readonly [min: number, max: number]>> = {
  'rsa-pss-sha512': [256, 1024],
  'rsa-v1_5-sha256': [256, 1024],
  'hmac-sha256': [32, 32],
  'ecdsa-p256-sha256': [64, 64],
  'ecdsa-p384-sha384': [96, 96],
  ed25519: [64, 64],
}

/** True when a signature of that many bytes can be right; saves the cryptography where it cannot. */
export function isSignatureLength(alg: SignatureAlgorithm, bytes: number): boolean {
  const [min, max] = LENGTHS[alg]
  return bytes >= min && bytes <= max
}
