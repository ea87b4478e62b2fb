import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  type BodyPlan,
  CHUNK_SIZE,
  formatBodyPlan,
  framedLength,
  MAX_CHUNK,
  parseBodyPlan,
  readChunkHeader,
  tagBytesOf,
  writeChunkHeader,
} from '../../src/signature/body-chain.ts'
import { createFramer } from '../../src/signature/body-frame.ts'
import { createUnframer } from '../../src/signature/body-unframe.ts'
import { algorithmOf } from '../../src/signature/keys.ts'
import { type ChunkOptions, cutAt, frame, tagsBy, unframe } from './chunk-fixtures.ts'
import { ED25519_KEY, HMAC_KEY } from './keys-fixture.ts'

const SIGNATURE = new Uint8Array(32).fill(7)

function optionsFor(body: Uint8Array, size: number, isDeclared: boolean): ChunkOptions {
  return { plan: isDeclared ? { size, length: body.length } : { size }, signature: SIGNATURE }
}

const bodies = fc.uint8Array({ maxLength: 200 })
const sizes = fc.integer({ min: 1, max: 64 })

describe('the announcement of chunks', () => {
  const plans: fc.Arbitrary<BodyPlan> = fc.record(
    { size: fc.integer({ min: 1, max: MAX_CHUNK }), length: fc.nat({ max: 999_999_999_999_999 }) },
    { requiredKeys: ['size'] },
  )

  it('is read as it was written', () => {
    fc.assert(
      fc.property(plans, (plan) => {
        expect(parseBodyPlan(formatBodyPlan(plan))).toEqual(plan)
      }),
    )
  })

  it('has one spelling', () => {
    fc.assert(
      fc.property(plans, fc.nat(), fc.constantFrom('', ' ', '0', ';', '=', '+', 'a'), (plan, at, text) => {
        const value = formatBodyPlan(plan)
        const place = at % (value.length + 1)
        const other = value.slice(0, place) + text + value.slice(place)
        const read = parseBodyPlan(other)
        if (read) expect(formatBodyPlan(read)).toBe(other)
      }),
    )
  })

  test.each([
    '',
    'chunks',
    'chunks;size=0',
    'chunks;size=01',
    'chunks;size=1048577',
    'chunks;size=65536;length=',
    'chunks;size=65536;length=-1',
    'chunks;size=65536;length=01',
    'chunks;size=65536;length=1000000000000000',
    'chunks;length=1;size=65536',
    'chunks; size=65536',
    'chunks;size=65536\n',
    'Chunks;size=65536',
  ])('%j is none', (value) => {
    expect(parseBodyPlan(value)).toBeUndefined()
  })
})

test('a header says its length and whether it is the last', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: MAX_CHUNK }), fc.boolean(), (length, last) => {
      const bytes = new Uint8Array(6)
      writeChunkHeader(bytes, 1, length, last)
      expect(readChunkHeader(bytes.subarray(1))).toEqual({ length, last })
    }),
  )
})

test('a tag covers label, tag before, header and payload, as anyone can compute it', async () => {
  const [first, second] = await frame(Buffer.from('abcde'), { plan: { size: 3 }, signature: SIGNATURE })
  const secret = Buffer.from(HMAC_KEY.kty === 'oct' ? HMAC_KEY.k : '', 'base64url')
  const tag = (before: Uint8Array, chunk: string): Buffer =>
    createHmac('sha256', secret).update('sallyport-body-1\n').update(before).update(chunk, 'latin1').digest()
  const one = tag(SIGNATURE, '\x00\x00\x00\x03abc')
  const two = tag(one, '\x80\x00\x00\x02de')
  expect(Buffer.from(first ?? [])).toEqual(Buffer.concat([Buffer.from('\x00\x00\x00\x03abc', 'latin1'), one]))
  expect(Buffer.from(second ?? [])).toEqual(Buffer.concat([Buffer.from('\x80\x00\x00\x02de', 'latin1'), two]))
})

test.each([HMAC_KEY, ED25519_KEY])('every body arrives, however it is cut ($alg)', async (key) => {
  const size = tagBytesOf(algorithmOf(key))
  const signature = new Uint8Array(size).fill(9)
  await fc.assert(
    fc.asyncProperty(
      bodies,
      sizes,
      fc.boolean(),
      fc.array(fc.nat(), { maxLength: 20 }),
      async (body, chunk, isDeclared, cuts) => {
        const options = { ...optionsFor(body, chunk, isDeclared), signature, key }
        const wire = Buffer.concat(await frame(body, options))
        if (isDeclared) expect(wire.length).toBe(framedLength(body.length, chunk, size))
        const result = unframe(cutAt(wire, cuts), options)
        expect([result.fault, result.body]).toEqual([undefined, Buffer.from(body)])
      },
    ),
    { numRuns: 150 },
  )
})

test.each([0, 1, CHUNK_SIZE - 1, CHUNK_SIZE, CHUNK_SIZE + 1, 3 * CHUNK_SIZE, 5_000_000])(
  '%d bytes arrive, declared or not',
  async (length) => {
    const body = Buffer.alloc(length, 'sallyport')
    for (const isDeclared of [true, false]) {
      const options = optionsFor(body, CHUNK_SIZE, isDeclared)
      const wire = Buffer.concat(await frame(body, options))
      if (isDeclared) expect(wire.length).toBe(framedLength(length, CHUNK_SIZE, 32))
      const result = unframe(cutAt(wire, [1000, 70_000, 131_080]), options)
      expect(result.fault).toBeUndefined()
      expect(result.body.equals(body)).toBe(true)
    }
  },
)

/** Nothing is released but what stands at the start of the body, in whole chunks. */
function expectRefused(pieces: readonly Uint8Array[], body: Uint8Array, options: ChunkOptions): void {
  const result = unframe(pieces, options)
  expect(result.fault).toBeDefined()
  expect(Buffer.from(body).subarray(0, result.body.length)).toEqual(result.body)
}

describe.each([true, false])('a body whose length was declared: %s', (isDeclared) => {
  const body = Buffer.from('one two three four five')
  const options = optionsFor(body, 8, isDeclared)

  it('is refused with any bit flipped, and releases nothing of that chunk', async () => {
    const wire = Buffer.concat(await frame(body, options))
    for (let bit = 0; bit < wire.length * 8; bit++) {
      const flipped = Buffer.from(wire)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expectRefused([flipped], body, options)
    }
  })

  it('is refused when it ends at any byte but the last', async () => {
    const wire = Buffer.concat(await frame(body, options))
    for (let end = 0; end < wire.length; end++) {
      expectRefused([wire.subarray(0, end)], body, options)
      expect(unframe([wire.subarray(0, end)], options).fault).toBe('body-lost')
    }
  })

  it('is refused when anything follows', async () => {
    const chunks = await frame(body, options)
    for (const more of [Buffer.of(0), ...chunks]) {
      expect(unframe([...chunks, more], options).fault).toBe('body-chunks')
      expect(unframe([Buffer.concat([...chunks, more])], options).fault).toBe('body-chunks')
    }
  })

  it('is refused with its chunks in any other order, without one, or with one twice', async () => {
    const chunks = await frame(body, options)
    const count = chunks.length
    const picks = fc.array(fc.nat({ max: count - 1 }), { maxLength: count + 2 })
    fc.assert(
      fc.property(picks, (order) => {
        if (order.join() === chunks.map((_, i) => i).join()) return
        expectRefused(
          order.map((i) => chunks[i] ?? new Uint8Array()),
          body,
          options,
        )
      }),
    )
  })

  it('is refused behind another request, from the first chunk on', async () => {
    const chunks = await frame(body, options)
    const signature = new Uint8Array(32).fill(8)
    const other = { ...options, signature }
    expect(unframe(chunks, other)).toEqual({ fault: 'body-chunks', body: Buffer.alloc(0) })
    // Nor does a chunk from the middle fit into the same place there.
    const [begin = new Uint8Array()] = await frame(body, other)
    const mixed = unframe([begin, ...chunks.slice(1)], other)
    expect([mixed.fault, String(mixed.body)]).toEqual(['body-chunks', 'one two '])
  })

  it('is refused when random bytes stand for it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const result = unframe([bytes], options)
        expect([result.fault === undefined, result.body.length]).toEqual([false, 0])
      }),
    )
  })

  it('is refused by another key', async () => {
    const chunks = await frame(body, options)
    const secret = Buffer.alloc(32, 1).toString('base64url')
    const key = { ...HMAC_KEY, k: secret } as typeof HMAC_KEY
    expect(unframe(chunks, { ...options, key })).toEqual({ fault: 'body-chunks', body: Buffer.alloc(0) })
  })
})

describe('chunks that are rightly tagged', () => {
  const { mac, check } = tagsBy(HMAC_KEY)

  /** As an edge with a defect might cut a body. */
  async function tagAll(plan: BodyPlan, cuts: readonly (readonly [length: number, last: boolean])[]) {
    const framer = createFramer({ plan: { size: MAX_CHUNK }, signature: SIGNATURE, mac })
    const chunks: Uint8Array[] = []
    for (const [length, last] of cuts) {
      framer.add(new Uint8Array(length))
      chunks.push(await framer.seal(last))
    }
    return unframe(chunks, { plan, signature: SIGNATURE }).fault
  }

  test.each<[string, BodyPlan, [number, boolean][], string | undefined]>([
    [
      'full ones and a rest',
      { size: 8 },
      [
        [8, false],
        [3, true],
      ],
      undefined,
    ],
    [
      'full ones and an empty last',
      { size: 8 },
      [
        [8, false],
        [0, true],
      ],
      undefined,
    ],
    [
      'a full last',
      { size: 8 },
      [
        [8, false],
        [8, true],
      ],
      undefined,
    ],
    [
      'one that is not full before the last',
      { size: 8 },
      [
        [7, false],
        [3, true],
      ],
      'body-chunks',
    ],
    [
      'an empty one before the last',
      { size: 8 },
      [
        [0, false],
        [3, true],
      ],
      'body-chunks',
    ],
    [
      'one over the size',
      { size: 8 },
      [
        [9, false],
        [3, true],
      ],
      'body-chunks',
    ],
    ['a last over the size, as declared', { size: 8, length: 9 }, [[9, true]], 'body-chunks'],
    ['a last over the size', { size: 8 }, [[9, true]], 'body-chunks'],
    [
      'less than declared',
      { size: 8, length: 12 },
      [
        [8, false],
        [3, true],
      ],
      'body-chunks',
    ],
    [
      'more than declared',
      { size: 8, length: 12 },
      [
        [8, false],
        [5, true],
      ],
      'body-chunks',
    ],
    [
      'more than declared, before the last',
      { size: 8, length: 12 },
      [
        [8, false],
        [8, false],
      ],
      'body-chunks',
    ],
    [
      'an empty last behind what was declared',
      { size: 8, length: 8 },
      [
        [8, false],
        [0, true],
      ],
      'body-chunks',
    ],
    [
      'no last at all',
      { size: 8 },
      [
        [8, false],
        [8, false],
      ],
      'body-lost',
    ],
    ['nothing, declared', { size: 8, length: 0 }, [[0, true]], undefined],
  ])('pass by their lengths only: %s', async (_, plan, cuts, fault) => {
    expect(await tagAll(plan, cuts)).toBe(fault)
  })

  test('cost one check each, and a wrong length none', () => {
    let checks = 0
    const unframer = createUnframer({
      plan: { size: 8 },
      signature: SIGNATURE,
      check: (parts, tag) => {
        checks++
        return check(parts, tag)
      },
      release: () => undefined,
    })
    expect(unframer.take(Buffer.alloc(10_000, 0xff))).toBe('body-chunks')
    expect(unframer.take(Buffer.alloc(10_000))).toBe('body-chunks')
    expect(checks).toBe(0)
  })
})
