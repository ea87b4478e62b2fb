/**
 * The edge's keys, and the secret of the counters that is derived from them.
 * @module
 */
import { createTokenSigner, type TokenSigner } from '../signature/jws.ts'
import { parseKeySet } from '../signature/keys.ts'
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
    const material = first.kty === 'oct' ? first.k : (first.d ?? '')
    const digest = await crypto.subtle.digest(
      'SHA-256',
      new TextEncoder().encode(`sallyport counters ${material}`),
    )
    return {
      ok: true,
      keys: {
        signerFor: (ttl) => createSigner({ keyid, mac, ttl }),
        tokenSignerFor: (ttl) => createTokenSigner({ keyid, alg, mac, ttl }),
        mac,
        keyid,
        counterSecret: new Uint8Array(digest, 0, 16),
      },
    }
  } catch {
    return {
      ok: false,
      problem: `SALLYPORT_KEYS: the key ${first.kid} cannot sign; is it the origin's half?`,
    }
  }
}

/** Nonces from the runtime's own randomness. */
export const drawNonce: () => string = createNonceSource((bytes) => crypto.getRandomValues(bytes))
