/**
 * Compressed content while it streams: inflated beside it under caps, and shown to the scanner of what it holds.
 *
 * Checksums are left to the origin: what they say changes nothing here.
 * @module
 */
import { BitInput } from './bit-input.ts'
import type { CompressedBounds } from './body-bounds.ts'
import type { BodyFault } from './body-rules.ts'
import { Inflater } from './inflate.ts'
import { InflateWindow } from './inflate-window.ts'
import type { Scanner } from './scanner.ts'

/** Inflated bytes up to which the ratio does not count: a bomb of this size is none. */
const RATIO_FROM = 262_144

/** Part of the framing (RFC 1950, RFC 1952) that comes next. */
const START = 0
const FIXED_REST = 1
const EXTRA_SIZE = 2
const EXTRA = 3
const NAME = 4
const COMMENT = 5
const HEADER_SUM = 6
const CONTENT = 7
const TRAILER = 8

const HAS_SUM = 2
const HAS_EXTRA = 4
const HAS_NAME = 8
const HAS_COMMENT = 16

type Frame = 'gzip' | 'deflate'

/** @param inner Looks at the inflated bytes; none when only their number counts. */
export function createCompressedScanner(
  frame: Frame,
  bounds: CompressedBounds,
  inner: Scanner | undefined,
): Scanner {
  const input = new BitInput()
  const window = new InflateWindow()
  const inflater = new Inflater(input, window, bounds.max_size)
  let state = START
  let flags = 0
  let rest = 0
  let isRaw = false
  let isEmpty = true

  function begin(): boolean {
    inflater.reset()
    if (frame === 'deflate') return beginZlib()
    if (input.take(16) !== 0x8b1f || input.take(8) !== 8) return false
    flags = input.take(8)
    rest = 6
    state = FIXED_REST
    return (flags & 0xe0) === 0
  }

  /** Some clients send DEFLATE without the frame that the coding names (RFC 9110 section 8.4.1.2). */
  function beginZlib(): boolean {
    const head = input.peek(16)
    state = CONTENT
    isRaw = (head & 0x0f) !== 8 || (((head & 0xff) << 8) | (head >> 8)) % 31 !== 0
    if (isRaw) return true
    input.drop(16)
    // A preset dictionary is none that we could know.
    return (head & 0x2000) === 0
  }

  /** Takes one step through the frame. */
  function frameStep(): boolean {
    switch (state) {
      case START:
        return begin()
      case EXTRA_SIZE:
        rest = input.take(16)
        state = EXTRA
        return true
      case NAME:
      case COMMENT:
        if (input.take(8) === 0) nextField(state)
        return true
      default:
        if (rest > 0) {
          input.take(8)
          rest--
        } else nextField(state)
        return true
    }
  }

  function nextField(after: number): void {
    if (after === TRAILER) state = START
    else if (after < EXTRA_SIZE && flags & HAS_EXTRA) state = EXTRA_SIZE
    else if (after < NAME && flags & HAS_NAME) state = NAME
    else if (after < COMMENT && flags & HAS_COMMENT) state = COMMENT
    else if (after < HEADER_SUM && flags & HAS_SUM) {
      state = HEADER_SUM
      rest = 2
    } else state = CONTENT
  }

  function hand(): BodyFault | undefined {
    const fresh = window.flush()
    const { produced } = window
    const { consumed } = input
    const isBomb = produced > RATIO_FROM && produced > bounds.max_ratio * consumed
    return isBomb || produced > bounds.max_size ? 'compressed-bomb' : inner?.scan(fresh)
  }

  function content(): BodyFault | 'more' | undefined {
    const status = inflater.run()
    if (status === 'malformed') return 'compressed-malformed'
    if (status === 'costly') return 'compressed-bomb'
    if (status === 'more') return 'more'
    const fault = hand()
    if (fault !== undefined) return fault
    if (status === 'full') window.slide()
    else endContent()
    return
  }

  function endContent(): void {
    input.align()
    state = TRAILER
    rest = frame === 'gzip' ? 8 : isRaw ? 0 : 4
  }

  function advance(): BodyFault | undefined {
    while (!(state === START && input.isSpent)) {
      if (state === CONTENT) {
        const fault = content()
        if (fault === 'more') return
        if (fault !== undefined) return fault
      } else if (!input.isReady) return
      else if (input.consumed > bounds.max_size) return 'compressed-bomb'
      // A second member is part of gzip only.
      else if (!frameStep() || (state === START && frame === 'deflate' && !input.isSpent))
        return 'compressed-malformed'
    }
    return
  }

  return {
    scan(bytes) {
      if (bytes.length === 0) return
      isEmpty = false
      input.feed(bytes)
      const fault = advance()
      input.keep()
      return fault
    },
    end() {
      if (isEmpty) return inner?.end()
      input.finish()
      const fault = advance()
      if (fault !== undefined) return fault
      if (state !== START || input.isOverrun) return 'compressed-malformed'
      return inner?.end()
    },
  }
}
