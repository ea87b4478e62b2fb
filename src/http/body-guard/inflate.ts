/**
 * DEFLATE (RFC 1951), decoded in bounded steps: a caller sees what comes out window by window and can stop.
 *
 * `DecompressionStream` inflates ahead of its reader without bound, which is what a compression bomb is made
 * for; here nothing is read before what came of the last window was judged.
 * @module
 */
import type { BitInput } from './bit-input.ts'
import { type BlockCodes, createBlockCodes, fixedCodes } from './block-codes.ts'
import type { InflateWindow } from './inflate-window.ts'
import { setPrefixCode } from './prefix-code.ts'
import { readSymbols } from './read-symbols.ts'

/**
 * `more`: the piece is used up; `full`: the window must be emptied; `done`: after the last block; `costly`: more
 * work than any honest stream is.
 */
export type InflateStatus = 'more' | 'full' | 'done' | 'malformed' | 'costly'

/**
 * Each stream and each block with codes of its own costs tables. Even zlib with the least of memory makes none for
 * less than so many bytes, in and out together.
 */
const BYTES_PER_TABLE = 128
const FREE_TABLES = 256

const BLOCK = 0
const STORED_SIZE = 1
const STORED = 2
const COUNTS = 3
const CODE_LENGTHS = 4
const LENGTHS = 5
const SYMBOLS = 6
const DONE = 7

/** Order in which lengths of the code of code lengths come (RFC 1951 section 3.2.7). */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

export class Inflater {
  readonly #input: BitInput
  readonly #window: InflateWindow
  #state = BLOCK
  #isLast = false
  #stored = 0
  /** Codes that streams bring along: made with the first one. */
  #own: BlockCodes | undefined
  #codes: BlockCodes | undefined
  readonly #lengths: Uint8Array = new Uint8Array(288 + 32)
  #literals = 0
  #distances = 0
  #expected = 0
  #read = 0
  readonly #maxInput: number
  #tables = 0

  /** @param maxInput Bytes after which no further block is begun: empty blocks come to no output. */
  constructor(input: BitInput, window: InflateWindow, maxInput: number) {
    this.#input = input
    this.#window = window
    this.#maxInput = maxInput
  }

  /** Makes ready for the next stream. The window stays: what a match takes from it the origin would refuse. */
  reset(): void {
    this.#state = BLOCK
    this.#tables++
  }

  get #isCostly(): boolean {
    const { consumed } = this.#input
    const isCrowded =
      this.#tables > FREE_TABLES && this.#tables * BYTES_PER_TABLE > consumed + this.#window.written
    return isCrowded || consumed > this.#maxInput
  }

  run(): InflateStatus {
    while (this.#state !== DONE) {
      if (this.#window.isFull) return 'full'
      if (this.#state === STORED) {
        if (!this.#copyStored()) return 'more'
      } else {
        if (!this.#input.isReady) return 'more'
        if (this.#state === BLOCK && this.#isCostly) return 'costly'
        if (!this.#step()) return 'malformed'
      }
    }
    return this.#window.isFull ? 'full' : 'done'
  }

  /** Takes one step of at most 48 bits, or as many symbols as there is input and room for. */
  #step(): boolean {
    switch (this.#state) {
      case BLOCK:
        return this.#beginBlock()
      case STORED_SIZE:
        return this.#readStoredSize()
      case COUNTS:
        return this.#readCounts()
      case CODE_LENGTHS:
        return this.#readCodeLength()
      case LENGTHS:
        return this.#readLength()
      default:
        return this.#readSymbols()
    }
  }

  #beginBlock(): boolean {
    this.#isLast = this.#input.take(1) === 1
    const type = this.#input.take(2)
    if (type === 3) return false
    this.#state = type === 0 ? STORED_SIZE : type === 1 ? SYMBOLS : COUNTS
    this.#codes = type === 1 ? fixedCodes() : undefined
    return true
  }

  #endBlock(): void {
    this.#state = this.#isLast ? DONE : BLOCK
  }

  #readStoredSize(): boolean {
    this.#input.align()
    this.#stored = this.#input.take(16)
    this.#state = STORED
    return (this.#stored ^ this.#input.take(16)) === 0xffff
  }

  /** False when the piece is used up. */
  #copyStored(): boolean {
    while (this.#stored > 0 && !this.#window.isFull) {
      const bytes = this.#input.takeBytes(Math.min(this.#stored, this.#window.limit - this.#window.at))
      if (bytes.length === 0) return false
      this.#window.append(bytes)
      this.#stored -= bytes.length
    }
    if (this.#stored === 0) this.#endBlock()
    return true
  }

  #readCounts(): boolean {
    this.#literals = 257 + this.#input.take(5)
    this.#distances = 1 + this.#input.take(5)
    this.#expected = 4 + this.#input.take(4)
    this.#read = 0
    this.#lengths.fill(0, 0, ORDER.length)
    this.#own ??= createBlockCodes()
    this.#codes = this.#own
    this.#tables++
    this.#state = CODE_LENGTHS
    return this.#literals <= 286 && this.#distances <= 30
  }

  #readCodeLength(): boolean {
    this.#lengths[ORDER[this.#read++] as number] = this.#input.take(3)
    if (this.#read < this.#expected) return true
    this.#state = LENGTHS
    this.#read = 0
    this.#expected = this.#literals + this.#distances
    // The code of code lengths stands where the code of distances will: it is used up when that is made.
    return setPrefixCode((this.#own as BlockCodes).distances, this.#lengths, 0, ORDER.length)
  }

  #readLength(): boolean {
    const { distances: code } = this.#own as BlockCodes
    const hold = this.#input.peek(8)
    const entry = code.table[hold] as number
    if (entry === 0) return false
    this.#input.drop(entry & 15)
    const symbol = entry >> 4
    if (symbol < 16) this.#lengths[this.#read++] = symbol
    else if (!this.#repeatLength(symbol)) return false
    return this.#read < this.#expected || this.#setCodes()
  }

  #repeatLength(symbol: number): boolean {
    const times =
      symbol === 16
        ? 3 + this.#input.take(2)
        : symbol === 17
          ? 3 + this.#input.take(3)
          : 11 + this.#input.take(7)
    if (this.#read + times > this.#expected || (symbol === 16 && this.#read === 0)) return false
    const length = symbol === 16 ? (this.#lengths[this.#read - 1] as number) : 0
    this.#lengths.fill(length, this.#read, this.#read + times)
    this.#read += times
    return true
  }

  #setCodes(): boolean {
    const { literals, distances } = this.#own as BlockCodes
    this.#state = SYMBOLS
    // A block without an end is none.
    return (
      this.#lengths[256] !== 0 &&
      setPrefixCode(literals, this.#lengths, 0, this.#literals) &&
      setPrefixCode(distances, this.#lengths, this.#literals, this.#expected)
    )
  }

  #readSymbols(): boolean {
    const status = readSymbols(this.#input, this.#window, this.#codes as BlockCodes)
    if (status === 'ended') this.#endBlock()
    return status !== 'malformed'
  }
}
