import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { LogInput } from '../../../src/cli/replay/log-input.ts'
import type { ParsedLine } from '../../../src/cli/replay/log-request.ts'
import { type ReadOptions, readLog } from '../../../src/cli/replay/read-log.ts'
import { combinedLine } from './policy-fixture.ts'

function input(bytes: Buffer, chunk = 1000): LogInput {
  async function* open(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk)
  }
  return { name: 'test', size: bytes.length, open }
}

async function read(text: string | Buffer, options: ReadOptions = {}, chunk?: number) {
  const seen: [number, ParsedLine][] = []
  const bytes = Buffer.from(text)
  const summary = await readLog(input(bytes, chunk), options, (number, parsed) => {
    seen.push([number, parsed])
  })
  return { summary, seen, kinds: seen.map(([, { kind }]) => kind) }
}

const COMBINED = combinedLine(1, '203.0.113.1', 'GET / HTTP/1.1')
const LOGPUSH = `${JSON.stringify({
  ClientIP: '203.0.113.1',
  ClientRequestMethod: 'GET',
  ClientRequestURI: '/',
  EdgeStartTimestamp: 1_760_000_000,
})}\n`

describe('readLog', () => {
  it.each([
    ['combined', COMBINED],
    ['logpush', LOGPUSH],
  ])('tells %s logs from their first lines, even behind bad ones', async (format, line) => {
    const { summary, kinds } = await read(`rubbish\n\n${line.repeat(3)}`)
    expect(summary).toEqual({ format, lines: 5 })
    expect(kinds).toEqual(['bad', 'empty', 'request', 'request', 'request'])
  })

  it('takes the format it is told', async () => {
    const { summary, kinds } = await read(LOGPUSH, { format: 'combined' })
    expect(summary.format).toBe('combined')
    expect(kinds).toEqual(['bad'])
  })

  it('gives a fitting reason when no line is of a known format', async () => {
    const { seen } = await read('{"time":"x","msg":"GET /"}\n'.repeat(40))
    expect(seen).toHaveLength(40)
    expect(seen[39]).toEqual([40, { kind: 'bad', reason: expect.stringContaining('ClientRequestMethod') }])
  })

  it.each(['', '\n', Buffer.from([0x1f])])('reads %j without trouble', async (text) => {
    expect((await read(text)).summary.trouble).toBeUndefined()
  })

  it('reads CRLF line endings and a last line without ending', async () => {
    const { kinds, summary } = await read(COMBINED.replace('\n', '\r\n') + COMBINED.trimEnd())
    expect(kinds).toEqual(['request', 'request'])
    expect(summary.lines).toBe(2)
  })

  it('reports a line that is too long and reads the next one', async () => {
    const long = combinedLine(1, '203.0.113.1', `GET /${'a'.repeat(70_000)} HTTP/1.1`)
    const { seen } = await read(long + COMBINED)
    expect(seen[0]).toEqual([1, { kind: 'bad', reason: 'longer than 64 KiB' }])
    expect(seen[1]?.[1].kind).toBe('request')
  })

  it.each([1, 7, 64, 100_000])('reads gzip in chunks of %i bytes', async (chunk) => {
    const packed = Buffer.concat([gzipSync(COMBINED.repeat(50)), gzipSync(COMBINED)])
    const { summary, kinds } = await read(packed, {}, chunk)
    expect(summary).toEqual({ format: 'combined', lines: 51 })
    expect(new Set(kinds)).toEqual(new Set(['request']))
  })

  it('keeps what was read of a truncated gzip file, and takes no half line for a whole one', async () => {
    // Without line ending, cut after the status, the last line would pass for Common Log Format.
    const whole = COMBINED.repeat(10)
    const packed = gzipSync(whole.slice(0, -'-" "curl/8.5.0"\n'.length - 2)).subarray(0, -8)
    const { summary, seen, kinds } = await read(packed)
    expect(summary.trouble).toContain('cut off')
    expect(kinds.slice(0, 9)).toEqual(Array(9).fill('request'))
    expect(seen[9]).toEqual([10, { kind: 'bad', reason: expect.stringContaining('cut off') }])
    expect(summary.lines).toBe(10)
  })

  it('counts bytes before unpacking', async () => {
    const packed = gzipSync(COMBINED.repeat(1000))
    let bytes = 0
    await read(packed, {
      onBytes(count) {
        bytes += count
      },
    })
    expect(bytes).toBe(packed.length)
  })

  it('waits for the visitor before it goes on', async () => {
    let running = 0
    let most = 0
    await readLog(input(Buffer.from(COMBINED.repeat(50))), {}, async () => {
      most = Math.max(most, ++running)
      await Promise.resolve()
      running--
    })
    expect(most).toBe(1)
  })

  it('passes on what the visitor throws', async () => {
    const visit = () => Promise.reject(new Error('disk full'))
    await expect(readLog(input(Buffer.from(COMBINED)), {}, visit)).rejects.toThrow('disk full')
  })

  it('reads 100,000 lines no faster than they are visited, so that memory stays flat', async () => {
    const perChunk = 100
    let produced = 0
    let visited = 0
    let ahead = 0
    async function* open(): AsyncGenerator<Buffer> {
      for (; produced < 100_000; produced += perChunk) yield Buffer.from(COMBINED.repeat(perChunk))
    }
    const { lines } = await readLog({ name: 'test', size: undefined, open }, {}, () => {
      visited++
      ahead = Math.max(ahead, produced - visited)
    })
    expect([lines, visited]).toEqual([100_000, 100_000])
    expect(ahead).toBeLessThanOrEqual(2 * perChunk)
  })
})
