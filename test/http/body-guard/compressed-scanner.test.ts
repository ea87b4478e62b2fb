import {
  brotliCompressSync,
  constants,
  deflateRawSync,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateRawSync,
  inflateSync,
} from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { CompressedBounds } from '../../../src/http/body-guard/body-bounds.ts'
import { createCompressedScanner } from '../../../src/http/body-guard/compressed-scanner.ts'
import type { Scanner } from '../../../src/http/body-guard/scanner.ts'
import { cut, cuts, judge } from './cutting.ts'

const BOUNDS: CompressedBounds = { allow: ['gzip', 'deflate'], max_size: 4_000_000, max_ratio: 2000 }

/** Keeps what it is shown. */
function keep(): Scanner & { whole(): Buffer } {
  const seen: Buffer[] = []
  let ended = false
  return {
    scan(bytes) {
      seen.push(Buffer.from(bytes))
      return undefined
    },
    end() {
      ended = true
      return undefined
    },
    whole() {
      expect(ended).toBe(true)
      return Buffer.concat(seen)
    },
  }
}

function inflate(
  frame: 'gzip' | 'deflate',
  bytes: Uint8Array,
  lengths: readonly number[] = [1 << 16],
): string | Buffer {
  const inner = keep()
  return judge(createCompressedScanner(frame, BOUNDS, inner), cut(bytes, lengths)) ?? inner.whole()
}

/** Contents that make encoders use all they have: noise, repetition near and far, few symbols. */
const contents = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
      fc
        .tuple(fc.string({ maxLength: 30 }), fc.nat(2000))
        .map(([text, times]) => Buffer.from(text.repeat(times))),
      fc.tuple(fc.nat(2 ** 31), fc.nat(20_000)).map(([seed, length]) => noise(seed, length)),
    ),
    { maxLength: 3 },
  )
  .map((parts) => Buffer.concat([...parts, ...parts.toReversed()]))

function noise(seed: number, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  const mask = seed & 1 ? 0xff : 0x0f
  for (let i = 0, state = seed | 1; i < length; i++) {
    state = Math.imul(state, 1_664_525) + 1_013_904_223
    bytes[i] = (state >>> 24) & mask
  }
  return bytes
}

const options = fc.record({
  level: fc.integer({ min: 0, max: 9 }),
  memLevel: fc.integer({ min: 1, max: 9 }),
  windowBits: fc.integer({ min: 9, max: 15 }),
  strategy: fc.constantFrom(
    constants.Z_DEFAULT_STRATEGY,
    constants.Z_FILTERED,
    constants.Z_HUFFMAN_ONLY,
    constants.Z_RLE,
    constants.Z_FIXED,
  ),
})

describe('compressed content', () => {
  test('is read as zlib wrote it, at every level and however it is cut', () => {
    fc.assert(
      fc.property(contents, options, cuts, (content, how, lengths) => {
        expect(inflate('gzip', gzipSync(content, how), lengths)).toEqual(content)
        expect(inflate('deflate', deflateSync(content, how), lengths)).toEqual(content)
        expect(inflate('deflate', deflateRawSync(content, how), lengths)).toEqual(content)
      }),
      { numRuns: 100 },
    )
  }, 60_000)

  test('of several members is one content (RFC 1952 section 2.2)', () => {
    fc.assert(
      fc.property(fc.array(contents, { minLength: 2, maxLength: 4 }), cuts, (members, lengths) => {
        const bytes = Buffer.concat(members.map((member) => gzipSync(member)))
        expect(inflate('gzip', bytes, lengths)).toEqual(Buffer.concat(members))
      }),
      { numRuns: 30 },
    )
  })

  test('with every field a header can have is read', () => {
    const plain = gzipSync('content')
    const head = Buffer.from([0x1f, 0x8b, 8, 31, 0, 0, 0, 0, 0, 3])
    const fields = Buffer.from('\x05\x00extraname\0a comment\0##', 'latin1')
    expect(inflate('gzip', Buffer.concat([head, fields, plain.subarray(10)]), [1])).toEqual(
      Buffer.from('content'),
    )
  })

  test('with some bytes changed: never read where zlib refuses its codes, whatever the cut, and never differently', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(
        contents,
        fc.integer({ min: 1, max: 9 }),
        changes,
        cuts,
        (content, level, edits, lengths) => {
          const bytes = deflateRawSync(content, { level })
          for (const [at, value] of edits) bytes[at % bytes.length] = value
          const theirs = tryInflate(bytes)
          const scanner = (): [Scanner & { whole(): Buffer }, Scanner] => {
            const inner = keep()
            return [inner, createCompressedScanner('deflate', BOUNDS, inner)]
          }
          const [inner, ours] = scanner()
          const verdict = judge(ours, [new Uint8Array(bytes)])
          const [, again] = scanner()
          expect(judge(again, cut(bytes, lengths))).toBe(verdict)
          // What now looks like a zlib frame is read as one.
          if (theirs === undefined || isZlib(bytes)) return
          expect(verdict).toBeUndefined()
          expect(inner.whole()).toEqual(theirs)
        },
      ),
      { numRuns: 300 },
    )
  }, 60_000)

  it.each([
    ['cut off within its header', gzipSync('content').subarray(0, 5)],
    ['cut off within its content', gzipSync(noise(7, 5000)).subarray(0, -100)],
    ['cut off within its trailer', gzipSync('content').subarray(0, -1)],
    ['with something after it', Buffer.concat([gzipSync('content'), Buffer.from('{}')])],
    ['with zeros after it', Buffer.concat([gzipSync('content'), Buffer.alloc(20)])],
    ['that is none', Buffer.from('{"not":"compressed","at":"all"}')],
    ['of another method', Buffer.from([0x1f, 0x8b, 7, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0])],
    [
      'with flags that mean nothing',
      Buffer.from([0x1f, 0x8b, 8, 0x20, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0]),
    ],
    ['of brotli', brotliCompressSync('some content')],
  ])('%s is malformed, however it is cut', (_, bytes) => {
    for (const lengths of [[1], [7], [100_000]])
      expect(inflate('gzip', bytes, lengths)).toBe('compressed-malformed')
  })

  it.each([
    ['cut off', deflateSync('content').subarray(0, -1)],
    ['with something after it', Buffer.concat([deflateSync('content'), Buffer.from('abc')])],
    ['in two streams', Buffer.concat([deflateSync('content'), deflateSync('content')])],
    ['with a dictionary', deflateSync('content', { dictionary: Buffer.from('content') })],
    ['that goes back before its beginning', Buffer.from([0x63, 0x00, 0x42, 0x00])],
  ])('without a frame of members, %s, is malformed', (_, bytes) => {
    for (const lengths of [[1], [7], [100_000]])
      expect(inflate('deflate', bytes, lengths)).toBe('compressed-malformed')
  })

  it('that is empty is nothing', () => {
    expect(inflate('gzip', new Uint8Array(0))).toEqual(Buffer.alloc(0))
  })
})

describe('a compression bomb', () => {
  const bomb = gzipSync(Buffer.alloc(8_000_000))
  const bounds = { ...BOUNDS, max_ratio: 100 }

  function blow(frame: 'gzip' | 'deflate', bytes: Uint8Array, bounds: CompressedBounds, lengths = [1 << 16]) {
    let shown = 0
    const count: Scanner = {
      scan(piece) {
        shown += piece.length
        return undefined
      },
      end: () => undefined,
    }
    return { fault: judge(createCompressedScanner(frame, bounds, count), cut(bytes, lengths)), shown }
  }

  it('is refused by its ratio soon after it is worth a look, however it is cut', () => {
    for (const lengths of [[1], [512], [1 << 20]]) {
      const { fault, shown } = blow('gzip', bomb, bounds, lengths)
      expect(fault).toBe('compressed-bomb')
      expect(shown).toBeLessThan(400_000)
    }
  })

  it('is refused by its size', () => {
    const { fault, shown } = blow('gzip', bomb, { ...bounds, max_ratio: 1100, max_size: 1_000_000 })
    expect(fault).toBe('compressed-bomb')
    expect(shown).toBeLessThanOrEqual(1_000_000)
  })

  it('of many members is one', () => {
    const members = Buffer.concat(Array.from({ length: 50 }, () => gzipSync(Buffer.alloc(100_000))))
    expect(blow('gzip', members, bounds).fault).toBe('compressed-bomb')
  })

  it('is not what fits exactly', () => {
    const content = noise(3, 1_000_000)
    const fits = blow('gzip', gzipSync(content), { ...bounds, max_size: 1_000_400 })
    expect([fits.fault, fits.shown]).toEqual([undefined, 1_000_000])
    expect(blow('gzip', gzipSync(content), { ...bounds, max_size: 999_999 }).fault).toBe('compressed-bomb')
  })

  it.each<[string, 'gzip' | 'deflate', Buffer]>([
    // 0x00 0x00 0x00 0xff 0xff: a stored block of no bytes.
    ['empty blocks', 'deflate', Buffer.from('000000ffff'.repeat(300_000), 'hex')],
    ['empty members', 'gzip', Buffer.concat(Array(20_000).fill(gzipSync('')))],
    [
      'a name without end',
      'gzip',
      Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3]), Buffer.alloc(1_100_000, 'a')]),
    ],
  ])('of %s, which costs work and comes to nothing, is refused', (_, frame, bytes) => {
    for (const lengths of [[1000], [1 << 22]])
      expect(blow(frame, bytes, { ...bounds, max_size: 1_000_000 }, lengths).fault).toBe('compressed-bomb')
  })

  it('of nothing but codes is refused', () => {
    const header = tinyDynamicBlock()
    expect(inflateRawSync(Buffer.concat([header, Buffer.from([3, 0])])).length).toBe(0)
    expect(blow('deflate', Buffer.concat(Array(2000).fill(header)), bounds).fault).toBe('compressed-bomb')
  })
})

/** A block with codes of its own and no content, in whole bytes: an empty stored block fills the last one. */
function tinyDynamicBlock(): Buffer {
  const bits: number[] = []
  const put = (value: number, count: number): void => {
    for (let i = 0; i < count; i++) bits.push((value >> i) & 1)
  }
  put(0, 1)
  put(2, 2)
  put(0, 5)
  put(0, 5)
  put(14, 4)
  // Code lengths 18 and 1 with one bit each; in their order 1 is the 18th, 18 the third.
  for (let i = 0; i < 18; i++) put(i === 2 || i === 17 ? 1 : 0, 3)
  // Codes: symbol 1 is 0, symbol 18 is 1. 138 zeros, 118 zeros, length 1 for 256, length 1 for one distance.
  put(1, 1)
  put(127, 7)
  put(1, 1)
  put(107, 7)
  put(0, 1)
  put(0, 1)
  // The end of the block, then the empty stored block.
  put(0, 1)
  put(0, 3)
  while (bits.length % 8 !== 0) bits.push(0)
  put(0, 16)
  put(0xffff, 16)
  const bytes = Buffer.alloc(bits.length / 8)
  for (const [i, bit] of bits.entries()) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (bit << (i & 7))
  return bytes
}

function isZlib(bytes: Buffer): boolean {
  return ((bytes[0] ?? 0) & 15) === 8 && bytes.length > 1 && bytes.readUInt16BE(0) % 31 === 0
}

function tryInflate(bytes: Buffer): Buffer | undefined {
  try {
    const { buffer, engine } = inflateRawSync(bytes, { info: true }) as unknown as {
      buffer: Buffer
      engine: { bytesWritten: number }
    }
    // zlib does not mind what comes after; a body has to be one stream.
    return engine.bytesWritten === bytes.length ? buffer : undefined
  } catch {
    return undefined
  }
}

test('the inflaters of the tests agree with each other', () => {
  expect(gunzipSync(gzipSync('a'))).toEqual(inflateSync(deflateSync('a')))
})
