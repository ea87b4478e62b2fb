/** The bench's side in workerd: runs `?name=…&alg=…&times=…` and answers; its caller holds the clock. */

import type { Key } from '../../src/signature/keys.ts'
import { importSigningKey, importVerifyingKey } from '../../src/signature/webcrypto.ts'
import { ED25519_KEY, HMAC_KEY } from '../signature/keys-fixture.ts'
import {
  type AlgorithmName,
  type BenchCrypto,
  type Contender,
  createContenders,
} from './signature-contenders.ts'

async function open(key: Key, alg: AlgorithmName): Promise<BenchCrypto> {
  const signing = await importSigningKey(key)
  const verifying = await importVerifyingKey(key)
  const hmac = key.kty === 'oct'
  const jwk = hmac ? { kty: key.kty, k: key.k, alg: key.alg } : { kty: key.kty, crv: key.crv, x: key.x }
  const algorithm = hmac ? { name: 'HMAC', hash: 'SHA-256' } : { name: 'Ed25519' }
  const raw = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify'])
  return {
    alg,
    sign: signing.mac,
    verify: (data, signature) =>
      crypto.subtle.verify(algorithm.name, raw, new Uint8Array(signature), new Uint8Array(data)),
    verifyBase: verifying.verify,
  }
}

const ready = new Map<string, Promise<Contender[]>>()

export default {
  async fetch(request: Request): Promise<Response> {
    const { searchParams } = new URL(request.url)
    const alg = searchParams.get('alg') === 'ed25519' ? 'ed25519' : 'hmac-sha256'
    const list =
      ready.get(alg) ??
      open(alg === 'ed25519' ? ED25519_KEY : HMAC_KEY, alg).then((c) =>
        createContenders(c, Math.floor(Date.now() / 1000)),
      )
    ready.set(alg, list)
    const contenders = await list
    const contender = contenders.find(({ name }) => name === searchParams.get('name'))
    await contender?.run(Number(searchParams.get('times')))
    return Response.json(contenders.map(({ name }) => name))
  },
}
