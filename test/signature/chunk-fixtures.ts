/** Bodies in authenticated chunks, made and read in tests. */
import { createHmac, createPrivateKey, createPublicKey, sign, timingSafeEqual, verify } from 'node:crypto'
import type { BodyPlan } from '../../src/signature/body-chain.ts'
import { createFramer } from '../../src/signature/body-frame.ts'
import { type ChunkFault, createUnframer } from '../../src/signature/body-unframe.ts'
import type { Key } from '../../src/signature/keys.ts'
import { HMAC_KEY } from './keys-fixture.ts'

/** Tags by a key, and their check, with nothing of ours in between. */
export function tagsBy(key: Key): {
  readonly mac: (bytes: Uint8Array) => ArrayBuffer
  readonly check: (parts: readonly Uint8Array[], tag: Uint8Array) => boolean
} {
  if (key.kty === 'oct') {
    const secret = Buffer.from(key.k, 'base64url')
    const code = (bytes: Uint8Array): Buffer => createHmac('sha256', secret).update(bytes).digest()
    return {
      mac: (bytes) => new Uint8Array(code(bytes)).buffer,
      check: (parts, tag) => tag.length === 32 && timingSafeEqual(code(Buffer.concat(parts)), tag),
    }
  }
  const { x, d = '' } = key
  const secret = createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', x, d }, format: 'jwk' })
  const open = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  return {
    mac: (bytes) => new Uint8Array(sign(null, bytes, secret)).buffer,
    check: (parts, tag) => verify(null, Buffer.concat(parts), open, tag),
  }
}

export interface ChunkOptions {
  readonly plan: BodyPlan
  readonly signature: Uint8Array
  readonly key?: Key
}

/** All chunks of a body, as the edge sends them. */
export async function frame(body: Uint8Array, { plan, signature, key = HMAC_KEY }: ChunkOptions) {
  const framer = createFramer({ plan, signature, mac: tagsBy(key).mac })
  const chunks: Uint8Array[] = []
  let rest = body
  while (rest.length > 0) {
    rest = rest.subarray(framer.add(rest))
    const isEnd = plan.length !== undefined && rest.length === 0
    if (isEnd) break
    if (framer.isFull()) chunks.push(await framer.seal(false))
  }
  chunks.push(await framer.seal(true))
  return chunks
}

export interface Unframed {
  readonly body: Buffer
  readonly fault: ChunkFault | undefined
}

/** What an origin makes of pieces. */
export function unframe(
  pieces: readonly Uint8Array[],
  { plan, signature, key = HMAC_KEY }: ChunkOptions,
): Unframed {
  const released: Uint8Array[] = []
  const unframer = createUnframer({
    plan,
    signature,
    check: tagsBy(key).check,
    release: (payload) => released.push(payload),
  })
  let fault: ChunkFault | undefined
  for (const piece of pieces) fault ??= unframer.take(piece)
  fault ??= unframer.end()
  return { body: Buffer.concat(released), fault }
}

/** Cuts bytes at the places given, in any order. */
export function cutAt(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b)
  return [0, ...sorted].map((start, i) => bytes.subarray(start, sorted[i] ?? bytes.length))
}
