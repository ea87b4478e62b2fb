/**
 * The edge's keys, and the secrets of counters and challenges that are derived from them.
 * @module
 */
import { createTokenSigner, type TokenSigner } from '../signature/jws.ts'
import { type Key, parseKeySet } from '../signature/keys.ts'
import { createNonceSource } from '../signature/nonce.ts'
import { createSigner, type Mac, type Signer } from '../signature/sign.ts'
import { importSigningKey } from '../signature/webcrypto.ts'

export interface EdgeKeys {
  /** Signs with a life of `ttl` seconds: the policy says how long. */
  readonly signerFor: (ttl: number) => Signer
  /** The same for `Sallyport-JWT`. */
  readonly tokenSignerFor: (ttl: number) => TokenSigner
  /** Of the key that signs. */
  readonly mac: Mac
  readonly keyid: string
  /** 16 bytes, the same in every isolate: keys the hashes that clients are counted by. */
  readonly counterSecret: Uint8Array
  /** 32 bytes for each key of the set that signs, in their order: the first makes challenges, all are accepted. */
  readonly challengeSecrets: readonly Uint8Array[]
}

export type EdgeKeysResult =
  | { readonly ok: true; readonly keys: EdgeKeys }
  | { readonly ok: false; readonly problem: string }

/** Imports the first key of the set in the secret. The problem names a key by its id, never what it holds. */
export async function importEdgeKeys(secret: string | undefined): Promise<EdgeKeysResult> {
  if (secret === undefined || secret === '') {
    return {
      ok: false,
      problem:
        'The secret SALLYPORT_KEYS is not set: run `sallyport keys new`, then `wrangler secret put SALLYPORT_KEYS`.',
    }
  }
  const parsed = parseKeySet(secret)
  if (!parsed.ok) return { ok: false, problem: `SALLYPORT_KEYS: ${parsed.error.message}` }
  const first = parsed.keySet.keys[0]
  if (first === undefined) return { ok: false, problem: 'SALLYPORT_KEYS holds no key.' }
  try {
    const { keyid, alg, mac } = await importSigningKey(first)
    const counters = await deriveSecret('counters', first)
    return {
      ok: true,
      keys: {
        signerFor: (ttl) => createSigner({ keyid, mac, ttl }),
        tokenSignerFor: (ttl) => createTokenSigner({ keyid, alg, mac, ttl }),
        mac,
        keyid,
        counterSecret: counters.subarray(0, 16),
        challengeSecrets: await Promise.all(
          parsed.keySet.keys.filter(canSign).map((key) => deriveSecret('challenges', key)),
        ),
      },
    }
  } catch {
    return {
      ok: false,
      problem: `SALLYPORT_KEYS: the key ${first.kid} cannot sign; is it the origin's half?`,
    }
  }
}

/** The origin's half of a key is public: nothing secret can be made of it. */
function canSign(key: Key): boolean {
  return key.kty === 'oct' || key.d !== undefined
}

async function deriveSecret(purpose: string, key: Key): Promise<Uint8Array<ArrayBuffer>> {
  const material = key.kty === 'oct' ? key.k : (key.d ?? '')
  const text = new TextEncoder().encode(`sallyport ${purpose} ${material}`)
  return new Uint8Array(await crypto.subtle.digest('SHA-256', text))
}

/** Nonces from the runtime's own randomness. */
export const drawNonce: () => string = createNonceSource((bytes) => crypto.getRandomValues(bytes))
