import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inflate, isGzip } from '../../../src/cli/replay/inflate.ts'

async function* feed(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function collect(bytes: Buffer, size = 1000): Promise<{ text: string; code?: unknown }> {
  const parts: Buffer[] = []
  try {
    for await (const part of inflate(feed(bytes, size))) parts.push(part)
  } catch (error) {
    return { text: Buffer.concat(parts).toString('latin1'), code: (error as NodeJS.ErrnoException).code }
  }
  return { text: Buffer.concat(parts).toString('latin1') }
}

/** Text that does not compress to nothing, so that cuts fall in the middle of something. */
function makeText(lines: number): string {
  let seed = 1
  return Array.from({ length: lines }, (_, i) => {
    seed = (seed * 48271) % 0x7fffffff
    return `line ${i} ${seed}\n`
  }).join('')
}

describe('inflate', () => {
  it('unpacks concatenated members, as log rotation and Logpush write them', async () => {
    const text = makeText(5000)
    const packed = Buffer.concat([gzipSync(text), gzipSync(''), gzipSync('end\n')])
    expect(await collect(packed)).toEqual({ text: `${text}end\n` })
  })

  it('gives out what came before a cut, then fails', async () => {
    const text = makeText(20_000)
    const packed = gzipSync(text)
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: packed.length - 1 }),
        fc.integer({ min: 100, max: 70_000 }),
        async (cut, size) => {
          const { text: read, code } = await collect(packed.subarray(0, cut), size)
          expect(code).toBe('Z_BUF_ERROR')
          expect(text.startsWith(read)).toBe(true)
          // Deflate holds back less than a window of what the bytes so far say.
          expect(read.length).toBeGreaterThanOrEqual((text.length * cut) / packed.length - 100_000)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('loses nothing but the unread end when one byte is missing', async () => {
    const text = makeText(20_000)
    const { text: read, code } = await collect(gzipSync(text).subarray(0, -1))
    expect(code).toBe('Z_BUF_ERROR')
    expect(read).toBe(text)
  })

  it('fails on damaged data', async () => {
    const packed = gzipSync(makeText(5000))
    packed.fill(0xff, 5000, 5010)
    expect((await collect(packed)).code).toBe('Z_DATA_ERROR')
  })

  it('unpacks highly compressible data in bounded pieces', async () => {
    const packed = gzipSync(Buffer.alloc(50_000_000))
    let total = 0
    let largest = 0
    for await (const part of inflate(feed(packed, 1 << 20))) {
      total += part.length
      largest = Math.max(largest, part.length)
    }
    expect(total).toBe(50_000_000)
    expect(largest).toBeLessThan(17 << 20)
  })
})

describe('isGzip', () => {
  it('goes by the magic number', () => {
    expect(isGzip(gzipSync('x'))).toBe(true)
    expect(isGzip(Buffer.from('203.0.113.7'))).toBe(false)
    expect(isGzip(Buffer.alloc(0))).toBe(false)
  })
})
