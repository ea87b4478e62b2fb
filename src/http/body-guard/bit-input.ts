/**
 * Bits of a compressed stream that comes in pieces (RFC 1951 section 3.1.1: least significant bit first).
 * @module
 */

/** The most bytes that one step of a reader uses, with room to spare. */
export const STEP = 12

/** The fields are open to the loop that reads most of all bits, which keeps them in locals. */
export class BitInput {
  bytes: Uint8Array = new Uint8Array(0)
  /** The next byte that is not yet in `hold`. */
  at = 0
  /** Bits read ahead, the next one lowest, and how many. */
  hold = 0
  bits = 0
  /** Bytes of earlier pieces. */
  #before = 0
  /** Bytes after the end of the stream, which are none of its own. */
  #padding = 0

  /** Goes on with a piece and what is left of the ones before. */
  feed(piece: Uint8Array): void {
    const left = this.bytes.length - this.at
    this.#before += this.at
    if (left === 0) this.bytes = piece
    else {
      const joined = new Uint8Array(left + piece.length)
      joined.set(this.bytes.subarray(this.at))
      joined.set(piece, left)
      this.bytes = joined
    }
    this.at = 0
  }

  /** Copies what is left of a piece, whose memory may be used for something else from now on. */
  keep(): void {
    this.bytes = this.bytes.slice(this.at)
    this.#before += this.at
    this.at = 0
  }

  /** No more pieces come: zeros let the last steps be taken; {@link isOverrun} tells when they were used. */
  finish(): void {
    this.#padding = 2 * STEP
    this.feed(new Uint8Array(this.#padding))
  }

  /** Whether a step, at most 48 bits, can be taken. */
  get isReady(): boolean {
    return this.at + STEP <= this.bytes.length
  }

  /** Bytes begun so far: the same at the same place of the stream, however it was cut. */
  get consumed(): number {
    return this.#before + this.at - (this.bits >> 3)
  }

  get isOverrun(): boolean {
    return this.#excess > 0
  }

  /** Whether the stream is used up to its last byte, once it has come to its end. */
  get isSpent(): boolean {
    return this.#padding > 0 && this.#excess >= 0
  }

  get #excess(): number {
    return this.consumed - (this.#before + this.bytes.length - this.#padding)
  }

  /** At most 16 bits, and only while {@link isReady}. */
  take(count: number): number {
    const value = this.peek(count)
    this.hold >>>= count
    this.bits -= count
    return value
  }

  peek(count: number): number {
    while (this.bits < 25) {
      this.hold |= (this.bytes[this.at++] as number) << this.bits
      this.bits += 8
    }
    return this.hold & ((1 << count) - 1)
  }

  drop(count: number): void {
    this.hold >>>= count
    this.bits -= count
  }

  /** Goes on to the next whole byte. */
  align(): void {
    this.drop(this.bits & 7)
  }

  /** Up to so many whole bytes, straight from the piece where it can be; only when aligned. */
  takeBytes(most: number): Uint8Array {
    if (this.bits > 0 && most > 0) {
      const byte = this.hold & 0xff
      this.drop(8)
      return Uint8Array.of(byte)
    }
    const end = Math.min(this.bytes.length - this.#padding, this.at + most)
    const taken = this.bytes.subarray(this.at, Math.max(this.at, end))
    this.at += taken.length
    return taken
  }
}
