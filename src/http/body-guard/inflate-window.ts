/**
 * What DEFLATE has produced: the last 32 KiB, which matches refer back to, and what was not handed on yet.
 * @module
 */

/** The farthest a match can reach back (RFC 1951 section 2). */
export const REACH = 32_768
/** The longest match. */
const LONGEST = 258
const FULL = 2 * REACH

export class InflateWindow {
  readonly bytes: Uint8Array = new Uint8Array(FULL + LONGEST)
  /** Where the next byte goes: one symbol always has room. */
  at = 0
  /** Bytes handed on so far. */
  produced = 0
  /** From where on nothing was handed on yet. */
  #fresh = 0

  get isFull(): boolean {
    return this.at >= FULL
  }

  /** Where a loop must stop and let the window be {@link flush}ed. */
  get limit(): number {
    return FULL
  }

  /** Bytes ever written. */
  get written(): number {
    return this.produced + this.at - this.#fresh
  }

  /** What is new, which holds until more is written. */
  flush(): Uint8Array {
    const fresh = this.bytes.subarray(this.#fresh, this.at)
    this.produced += fresh.length
    this.#fresh = this.at
    return fresh
  }

  /** Makes room, after a flush. */
  slide(): void {
    if (this.at <= REACH) return
    this.bytes.copyWithin(0, this.at - REACH, this.at)
    this.at = REACH
    this.#fresh = REACH
  }

  /** Appends bytes as they are; those that have room. */
  append(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.at)
    this.at += bytes.length
  }
}

/** Copies a match within the window; source and target may overlap, which repeats what lies between. */
export function copyMatch(bytes: Uint8Array, at: number, distance: number, length: number): void {
  const from = at - distance
  if (length > 40 && distance === 1) bytes.fill(bytes[from] as number, at, at + length)
  else if (length > 40 && distance >= length) bytes.copyWithin(at, from, from + length)
  else for (let i = 0; i < length; i++) bytes[at + i] = bytes[from + i] as number
}
