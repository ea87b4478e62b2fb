/**
 * Memory of the limits in one isolate: 200,000 clients at the same time, then ten million that come once each.
 *
 *   node --expose-gc test/bench/limits-memory.bench.ts [millions of rotating clients]
 *
 * In Node, what the limiter holds is measured after a collection; in workerd, the resident memory of the process
 * is, with the same code and the same clients. The time of a check is the mean over a batch in workerd's isolate,
 * taken from outside, as its clock stands still.
 */
import type { LimitModel } from '../../src/bundle/model.ts'
import { createLimiter } from '../../src/ingress/limits/limiter.ts'
import { createLimit, createRequest } from '../ingress/limits/request.ts'
import { bundleLimitsWorker, startIsolates } from './limits-isolates.ts'
import { median } from './limits-report.ts'

const MILLIONS = Number(process.argv[2] ?? 10)
const LIVE = 200_000
const FIRST = 0x0a000000
const limit: LimitModel = createLimit({ requests_per_period: 100 })
const collect = (globalThis as { gc?: () => void }).gc ?? (() => {})
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`

/** Bytes of the heap and of typed arrays beside it. */
function measure(): number {
  collect()
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

function createChecker(): { check(n: number): void; readonly evicted: number } {
  const limiter = createLimiter([limit], {
    shards: { exchange: () => new Promise(() => {}) },
    secret: new Uint8Array(16).fill(7),
    timer: () => () => {},
    isolate: 1,
    random: () => 0.5,
    shardCount: 4,
  })
  const facts = createRequest()
  const now = Date.now()
  return {
    check(n) {
      const address = { version: 4, value: (FIRST + n) >>> 0 } as const
      void limiter.check({ ...facts, client: { address } }, now)
    },
    get evicted() {
      return limiter.stats.evicted
    },
  }
}

function measureNode(): void {
  const before = measure()
  const checker = createChecker()
  const empty = measure() - before
  for (let n = 0; n < LIVE; n++) checker.check(n)
  const live = measure() - before
  console.log(`Node: ${megabytes(empty)} with no client, ${megabytes(live)} with ${LIVE} clients`)
  console.log(`      ${checker.evicted} of them gave way to others`)
  for (let million = 1; million <= MILLIONS; million++) {
    for (let n = 0; n < 1_000_000; n++) checker.check(LIVE + million * 1_000_000 + n)
    if (million === 1 || million === MILLIONS)
      console.log(
        `      ${megabytes(measure() - before)} after ${million} million clients that came once each`,
      )
  }
}

async function measureWorkerd(): Promise<void> {
  const code = await bundleLimitsWorker()
  const isolates = await startIsolates({ code, count: 1, scheme: 'leased', limit })
  process.on('SIGTERM', () => {
    isolates.stop()
    process.exit(1)
  })
  const port = isolates.ports[0] ?? 0
  const spin = async (from: number, count: number, step = 1): Promise<number> => {
    const started = performance.now()
    const response = await fetch(`http://127.0.0.1:${port}/-/spin?from=${from}&count=${count}&step=${step}`)
    await response.json()
    return ((performance.now() - started) * 1e6) / count
  }
  const idle = isolates.memory()
  await spin(0, LIVE)
  const live = isolates.memory()
  console.log(`workerd, resident: ${megabytes(idle)} idle, ${megabytes(live)} with ${LIVE} clients`)
  const times: number[] = []
  for (let million = 1; million <= MILLIONS; million++) {
    times.push(await spin(LIVE + million * 1_000_000, 1_000_000))
    if (million === 1 || million === MILLIONS)
      console.log(
        `        ${megabytes(isolates.memory())} after ${million} million clients that came once each`,
      )
  }
  const known: number[] = []
  for (let round = 0; round < 10; round++) known.push(await spin(0, 200_000))
  const refused: number[] = []
  for (let round = 0; round < 10; round++) refused.push(await spin(5, 200_000, 0))
  const show = (values: number[]): string =>
    `${median(values).toFixed(0)} (least ${Math.min(...values).toFixed(0)})`
  console.log(
    `ns per check: a new client ${show(times)}; one of ${LIVE} known ${show(known)}; one over and over ${show(refused)}`,
  )
  isolates.stop()
}

measureNode()
await measureWorkerd()
process.exit(0)
