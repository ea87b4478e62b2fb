import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSipKey, sipHash, toHex } from '../../../src/ingress/limits/sip-hash.ts'

const MASK = 0xffffffffffffffffn
const rotate = (x: bigint, by: bigint): bigint => ((x << by) | (x >> (64n - by))) & MASK

/** SipHash-2-4 of bytes as the paper defines it, on 64-bit integers. */
function sipReference(secret: Uint8Array, bytes: Uint8Array): bigint {
  const view = new DataView(secret.buffer)
  const [k0, k1] = [view.getBigUint64(0, true), view.getBigUint64(8, true)]
  let v0 = k0 ^ 0x736f6d6570736575n
  let v1 = k1 ^ 0x646f72616e646f6dn
  let v2 = k0 ^ 0x6c7967656e657261n
  let v3 = k1 ^ 0x7465646279746573n
  const round = (): void => {
    v0 = (v0 + v1) & MASK
    v1 = rotate(v1, 13n) ^ v0
    v0 = rotate(v0, 32n)
    v2 = (v2 + v3) & MASK
    v3 = rotate(v3, 16n) ^ v2
    v0 = (v0 + v3) & MASK
    v3 = rotate(v3, 21n) ^ v0
    v2 = (v2 + v1) & MASK
    v1 = rotate(v1, 17n) ^ v2
    v2 = rotate(v2, 32n)
  }
  const padded = new Uint8Array(bytes.length - (bytes.length % 8) + 8)
  padded.set(bytes)
  padded[padded.length - 1] = bytes.length
  const words = new DataView(padded.buffer)
  for (let at = 0; at < padded.length; at += 8) {
    const m = words.getBigUint64(at, true)
    v3 ^= m
    round()
    round()
    v0 ^= m
  }
  v2 ^= 0xffn
  for (let n = 0; n < 4; n++) round()
  return v0 ^ v1 ^ v2 ^ v3
}

const toBytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf16le'))
const SECRET = Uint8Array.from({ length: 16 }, (_, n) => n)

describe('sipHash', () => {
  it('gives the published values for messages of an even number of bytes', () => {
    // From vectors.h of the reference implementation: key 00..0f, message 00 01 02 …, 64-bit output.
    const published: [length: number, hash: string][] = [
      [0, '726fdb47dd0e0e31'],
      [2, '0d6c8009d9a94f5a'],
      [4, 'cf2794e0277187b7'],
      [6, 'cbc9466e58fee3ce'],
      [8, '93f5f5799a932462'],
    ]
    for (const [length, hash] of published) {
      const text = Buffer.from(Uint8Array.from({ length }, (_, n) => n)).toString('utf16le')
      expect(toHex(sipHash(createSipKey(SECRET), text))).toBe(hash)
    }
  })

  it('equals the definition on 64-bit integers for any text and key', () => {
    const key = fc.uint8Array({ minLength: 16, maxLength: 16 })
    fc.assert(
      fc.property(key, fc.string({ unit: 'binary', maxLength: 300 }), (secret, text) => {
        const expected = sipReference(secret.slice(), toBytes(text)).toString(16).padStart(16, '0')
        expect(toHex(sipHash(createSipKey(secret), text))).toBe(expected)
      }),
      { numRuns: 500 },
    )
  })

  it('takes a key that lies anywhere in a larger buffer', () => {
    const large = new Uint8Array(40)
    large.set(SECRET, 5)
    expect(createSipKey(large.subarray(5, 21))).toEqual(createSipKey(SECRET))
  })

  it('refuses a secret of another length and says which it needs', () => {
    expect(() => createSipKey(new Uint8Array(15))).toThrow('derive exactly 16')
  })
})
