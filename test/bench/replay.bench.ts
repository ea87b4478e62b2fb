/**
 * Lines per second of `sallyport replay`. Run with `node test/bench/replay.bench.ts [folder of a policy]`.
 * Variants are interleaved batch by batch; best and median of the batches are printed, and how the time compares
 * with that of parsing a Combined log.
 */
import { gzipSync } from 'node:zlib'
import type { LogInput } from '../../src/cli/replay/log-input.ts'
import { openPolicy } from '../../src/cli/replay/open-policy.ts'
import { readLog } from '../../src/cli/replay/read-log.ts'
import { createTally } from '../../src/cli/replay/tally.ts'

const LINES = 50_000
const BATCHES = 9
const AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36'

const at = (i: number): string => new Date(Date.UTC(2026, 9, 10, 13) + i * 10).toISOString()
const client = (i: number): string => `203.0.${(i * 7919) % 256}.${(i * 104_729) % 256}`
const path = (i: number): string =>
  i % 50 === 0 ? `/files/a%2Fb%20${i}` : `/shop/item/${i % 997}?page=${i}&sort=price`

function combined(i: number): string {
  const time = `10/Oct/2026:${at(i).slice(11, 19)} +0000`
  const end = `${200 + (i % 5)} ${i} "https://www.example.com/" "${AGENT}"`
  return `${client(i)} - - [${time}] "GET ${path(i)} HTTP/1.1" ${end}\n`
}

function logpush(i: number): string {
  const row = {
    ClientIP: client(i),
    ClientCountry: 'de',
    ClientASN: 64500 + (i % 100),
    ClientRequestHost: 'localhost',
    ClientRequestMethod: 'GET',
    ClientRequestURI: path(i),
    ClientRequestScheme: 'https',
    ClientRequestProtocol: 'HTTP/2',
    ClientRequestUserAgent: AGENT,
    EdgeStartTimestamp: at(i),
    EdgeResponseStatus: 200,
  }
  return `${JSON.stringify(row)}\n`
}

function generate(line: (i: number) => string): Buffer {
  return Buffer.from(Array.from({ length: LINES }, (_, i) => line(i)).join(''))
}

function input(bytes: Buffer): LogInput {
  async function* open(): AsyncGenerator<Buffer> {
    for (let from = 0; from < bytes.length; from += 1 << 18) yield bytes.subarray(from, from + (1 << 18))
  }
  return { name: 'bench', size: bytes.length, open }
}

interface Variant {
  readonly name: string
  readonly run: () => Promise<unknown>
  /** Milliseconds per batch. */
  readonly times: number[]
}

const folder = process.argv[2] ?? 'rules'
const logs = { combined: generate(combined), logpush: generate(logpush) }

async function replay(bytes: Buffer): Promise<number> {
  const opened = await openPolicy(folder, { scheme: 'https', secret: new Uint8Array(16) })
  if (!opened.ok) throw new Error(opened.message)
  const tally = createTally()
  await readLog(input(bytes), {}, (number, parsed): void | Promise<void> => {
    if (parsed.kind !== 'request') throw new Error(`line ${number} is ${parsed.kind}`)
    const verdict = opened.policy.judge(parsed.request)
    if (verdict instanceof Promise)
      return verdict.then((settled) => tally.addVerdict(parsed.request, settled))
    return tally.addVerdict(parsed.request, verdict)
  })
  return tally.counts.requests
}

const variants: Variant[] = [
  { name: 'combined, parsed only', run: () => readLog(input(logs.combined), {}, () => {}), times: [] },
  { name: 'combined, replayed', run: () => replay(logs.combined), times: [] },
  { name: 'combined.gz, replayed', run: () => replay(packed), times: [] },
  { name: 'logpush, parsed only', run: () => readLog(input(logs.logpush), {}, () => {}), times: [] },
  { name: 'logpush, replayed', run: () => replay(logs.logpush), times: [] },
]
const packed = gzipSync(logs.combined)

for (let batch = 0; batch < BATCHES; batch++) {
  for (const { run, times } of variants) {
    const started = performance.now()
    await run()
    times.push(performance.now() - started)
  }
}

const best = (times: readonly number[]): number => Math.min(...times)
const base = best(variants[0]?.times ?? [])
const rate = (ms: number): string => `${Math.round((LINES / ms) * 1000).toLocaleString('en')}`.padStart(10)
console.log(`${'lines/s'.padEnd(24)}${'best'.padStart(10)}${'median'.padStart(10)}${'time ×'.padStart(8)}`)
for (const { name, times } of variants) {
  const median = times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0
  console.log(
    `${name.padEnd(24)}${rate(best(times))}${rate(median)}${(best(times) / base).toFixed(2).padStart(8)}`,
  )
}
