/**
 * SipHash-2-4 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012) over text, in 32-bit integers.
 *
 * Counters are found by hash alone, so a client must not be able to aim two keys at one counter, or a
 * thousand keys at one probe window (the class of CVE-2026-21717). That takes a keyed function; WebCrypto
 * has them only as promises, and a promise per request and limit is what the block cache must not cost.
 * @module
 */

export interface Hash64 {
  /** Unsigned 32 bits each. */
  readonly hi: number
  readonly lo: number
}

/** 128 bits as four little-endian words. */
export type SipKey = readonly [k0Low: number, k0High: number, k1Low: number, k1High: number]

/** @throws RangeError when `secret` is not 16 bytes long. */
export function createSipKey(secret: Uint8Array): SipKey {
  if (secret.length !== 16) {
    throw new RangeError(
      `the counters' secret has ${secret.length} bytes; derive exactly 16 from the deployment's secret`,
    )
  }
  const view = new DataView(secret.buffer, secret.byteOffset, 16)
  return [view.getInt32(0, true), view.getInt32(4, true), view.getInt32(8, true), view.getInt32(12, true)]
}

/** Hashes the UTF-16LE bytes of `text`. */
export function sipHash(key: SipKey, text: string): Hash64 {
  const v = startState(key)
  const { length } = text
  const whole = length - (length & 3)
  for (let at = 0; at < whole; at += 4) {
    const low = text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16)
    absorb(v, low, text.charCodeAt(at + 2) | (text.charCodeAt(at + 3) << 16))
  }
  // charCodeAt gives NaN past the end, and NaN counts as 0 in bit operations.
  const low = text.charCodeAt(whole) | (text.charCodeAt(whole + 1) << 16)
  const rest = (length & 3) === 3 ? text.charCodeAt(whole + 2) : 0
  absorb(v, low, rest | ((length * 2) << 24))
  v[4] = at(v, 4) ^ 0xff
  for (let n = 0; n < 4; n++) mix(v)
  return {
    lo: (at(v, 0) ^ at(v, 2) ^ at(v, 4) ^ at(v, 6)) >>> 0,
    hi: (at(v, 1) ^ at(v, 3) ^ at(v, 5) ^ at(v, 7)) >>> 0,
  }
}

/** 16 lower-case hex digits, high word first. */
export function toHex(hash: Hash64): string {
  return hash.hi.toString(16).padStart(8, '0') + hash.lo.toString(16).padStart(8, '0')
}

const at = (v: Int32Array, index: number): number => v[index] ?? 0

// One state for all calls: nothing here awaits. Words lie low, high: v0l v0h v1l v1h v2l v2h v3l v3h.
const state = new Int32Array(8)

function startState([k0l, k0h, k1l, k1h]: SipKey): Int32Array {
  state[0] = k0l ^ 0x70736575
  state[1] = k0h ^ 0x736f6d65
  state[2] = k1l ^ 0x6e646f6d
  state[3] = k1h ^ 0x646f7261
  state[4] = k0l ^ 0x6e657261
  state[5] = k0h ^ 0x6c796765
  state[6] = k1l ^ 0x79746573
  state[7] = k1h ^ 0x74656462
  return state
}

function absorb(v: Int32Array, low: number, high: number): void {
  v[6] = at(v, 6) ^ low
  v[7] = at(v, 7) ^ high
  mix(v)
  mix(v)
  v[0] = at(v, 0) ^ low
  v[1] = at(v, 1) ^ high
}

/** 1 when the 32-bit sum wrapped: it did exactly when it is less than what was added. */
const carry = (sum: number, added: number): number => (sum >>> 0 < added >>> 0 ? 1 : 0)

/** One SipRound. A 64-bit rotation by 32 is a swap of the two halves. */
function mix(v: Int32Array): void {
  const v1l = at(v, 2)
  const v1h = at(v, 3)
  const v3l = at(v, 6)
  const v3h = at(v, 7)
  const al = (at(v, 0) + v1l) | 0
  const ah = (at(v, 1) + v1h + carry(al, v1l)) | 0
  const bl = ((v1l << 13) | (v1h >>> 19)) ^ al
  const bh = ((v1h << 13) | (v1l >>> 19)) ^ ah
  const cl = (at(v, 4) + v3l) | 0
  const ch = (at(v, 5) + v3h + carry(cl, v3l)) | 0
  const dl = ((v3l << 16) | (v3h >>> 16)) ^ cl
  const dh = ((v3h << 16) | (v3l >>> 16)) ^ ch
  const el = (ah + dl) | 0
  const eh = (al + dh + carry(el, dl)) | 0
  v[0] = el
  v[1] = eh
  v[6] = ((dl << 21) | (dh >>> 11)) ^ el
  v[7] = ((dh << 21) | (dl >>> 11)) ^ eh
  const fl = (cl + bl) | 0
  const fh = (ch + bh + carry(fl, bl)) | 0
  v[2] = ((bl << 17) | (bh >>> 15)) ^ fl
  v[3] = ((bh << 17) | (bl >>> 15)) ^ fh
  v[4] = fh
  v[5] = fl
}
