// Cost of settling at a shard: time per report by kind of traffic, a write of the row, memory of a full shard.
// Run: node_modules/.bin/node --expose-gc test/bench/settlement.bench.ts

import { type Exchange, MAX_REPORTS, type Report, type Terms } from '../../src/ingress/limits/exchange.ts'
import { createSettlement } from '../../src/ingress/limits/settlement.ts'

const ROUNDS = 25
const WARM_UP = 5
const MESSAGES = 200
const NOW = 1_780_000_000_000
const TERMS: Terms = { period: 60, limit: 1000, mitigation: 60, factor: 1, longest: 60, strict: false }
const WINDOW = Math.floor(NOW / 60_000)
const collect = (globalThis as { gc?: () => void }).gc ?? (() => {})

function createReport(hi: number, change: Partial<Report> = {}): Report {
  return {
    hi,
    lo: 0,
    terms: TERMS,
    window: WINDOW,
    used: 3,
    before: 5,
    began: 0,
    beganBefore: 0,
    held: 1,
    want: 8,
    ...change,
  }
}

let seq = 0
const createMessage = (isolate: number, reports: readonly Report[]): Exchange => ({
  isolate,
  seq: ++seq,
  since: 0,
  reports,
})

interface Subject {
  readonly name: string
  /** Reports settled in one run. */
  readonly size: number
  readonly run: () => void
}

/** Reports of many keys from a few isolates, then of one key that so many isolates share. */
function createSubjects(): Subject[] {
  const crowds = [1, 8, 160].map((isolates): Subject => {
    const shard = createSettlement()
    const keys = Array.from({ length: MAX_REPORTS }, (_, hi) => createReport(hi))
    for (let isolate = 0; isolate < isolates; isolate++) shard.exchange(createMessage(isolate, keys), NOW)
    return {
      name: `report of a key of ${isolates} isolates`,
      size: MESSAGES * MAX_REPORTS,
      run: () => {
        for (let n = 0; n < MESSAGES; n++) shard.exchange(createMessage(n % isolates, keys), NOW)
      },
    }
  })
  const crowded = createSettlement()
  let hi = 0
  return [
    ...crowds,
    {
      name: 'report of a new key, others giving way',
      size: MESSAGES * MAX_REPORTS,
      run: () => {
        for (let n = 0; n < MESSAGES; n++) {
          const reports = Array.from({ length: MAX_REPORTS }, () => createReport(++hi))
          crowded.exchange(createMessage(n % 8, reports), NOW)
        }
      },
    },
  ]
}

function summarise(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (part: number): number => Math.round(sorted[Math.floor((sorted.length - 1) * part)] ?? 0)
  return `min ${at(0)}, median ${at(0.5)} (quartiles ${at(0.25)} to ${at(0.75)})`
}

function measureTimes(): void {
  const subjects = createSubjects()
  const times = subjects.map((): number[] => [])
  for (let round = 0; round < ROUNDS + WARM_UP; round++) {
    for (const [index, { run, size }] of subjects.entries()) {
      const begin = process.hrtime.bigint()
      run()
      if (round >= WARM_UP) times[index]?.push(Number(process.hrtime.bigint() - begin) / size)
    }
  }
  const base = Math.min(...(times[0] ?? []))
  for (const [index, { name }] of subjects.entries()) {
    const own = times[index] ?? []
    console.log(`${name}: ${summarise(own)} ns; ratio of minima ${(Math.min(...own) / base).toFixed(2)}`)
  }
}

/** A shard with as many keys as it takes, each seen by so many isolates. */
function measureFull(isolates: number): void {
  collect()
  const before = process.memoryUsage().heapUsed
  const shard = createSettlement()
  for (let from = 0; from < 50_000; from += MAX_REPORTS) {
    const reports = Array.from({ length: MAX_REPORTS }, (_, n) => createReport(from + n))
    for (let isolate = 0; isolate < isolates; isolate++) shard.exchange(createMessage(isolate, reports), NOW)
  }
  collect()
  const megabytes = (process.memoryUsage().heapUsed - before) / 1e6
  const times: number[] = []
  let bytes = 0
  for (let round = 0; round < ROUNDS; round++) {
    const begin = process.hrtime.bigint()
    bytes = shard.snapshot(NOW, { minPeriod: 10, minRefusal: 2000, mostBytes: 512 * 1024 }).length
    times.push(Number(process.hrtime.bigint() - begin) / 1000)
  }
  console.log(`${shard.live} keys of ${isolates} isolates: ${megabytes.toFixed(1)} MB`)
  console.log(`  packed to ${bytes} bytes: ${summarise(times)} µs`)
}

measureTimes()
for (const isolates of [1, 2, 8]) measureFull(isolates)
