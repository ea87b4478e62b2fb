/**
 * Numbers one after the other in bytes, for what is kept as one packed value.
 * @module
 */

export interface WordWriter {
  /** A whole number below 2³²; more is written as the highest. */
  whole(value: number): void
  /** Any number: eight bytes. */
  exact(value: number): void
  finish(): Uint8Array<ArrayBuffer>
}

export interface WordReader {
  /** NaN once the bytes are used up, as with `exact`. */
  whole(): number
  exact(): number
  /** Whether all bytes have been read, and no more. */
  readonly spent: boolean
}

/** @param bytes What will be written: no more. */
export function createWordWriter(bytes: number): WordWriter {
  const packed = new Uint8Array(bytes)
  const view = new DataView(packed.buffer)
  let at = 0
  return {
    whole(value) {
      view.setUint32(at, Math.min(Math.max(value, 0), 0xffff_ffff), true)
      at += 4
    },
    exact(value) {
      view.setFloat64(at, value, true)
      at += 8
    },
    finish: () => packed,
  }
}

export function createWordReader(packed: Uint8Array): WordReader {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength)
  let at = 0
  const take = (size: number): number => {
    at += size
    return at - size
  }
  return {
    whole() {
      const from = take(4)
      return at <= view.byteLength ? view.getUint32(from, true) : Number.NaN
    },
    exact() {
      const from = take(8)
      return at <= view.byteLength ? view.getFloat64(from, true) : Number.NaN
    },
    get spent() {
      return at === view.byteLength
    },
  }
}
