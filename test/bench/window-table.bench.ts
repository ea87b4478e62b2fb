// Cost of counting one request: the window table against a Map of objects that does the same arithmetic.
// Run: node_modules/.bin/node --expose-gc test/bench/window-table.bench.ts

import { createBlockCache } from '../../src/ingress/limits/block-cache.ts'
import type { Hit } from '../../src/ingress/limits/counters.ts'
import { createKeyHasher } from '../../src/ingress/limits/key.ts'
import { createSipKey, toHex } from '../../src/ingress/limits/sip-hash.ts'
import { countRoom } from '../../src/ingress/limits/sliding-window.ts'
import { createWindowTable } from '../../src/ingress/limits/window-table.ts'
import { createRequest } from '../ingress/limits/request.ts'

const BATCH = 100_000
const ROUNDS = 15
const START = 1_780_000_000_000
const LIMIT = { period: 60, requests_per_period: 1000, mitigation_timeout: 60 }
const collect = (globalThis as { gc?: () => void }).gc ?? (() => {})

/** Two-bucket window in a Map, unbounded: what most limiters for Workers keep. */
function createMapCounter() {
  const map = new Map<string, { start: number; previous: number; current: number; until: number }>()
  return {
    map,
    hit(hits: readonly Hit[], now: number) {
      return hits.map(({ key, period: seconds, requests_per_period, mitigation_timeout }) => {
        const period = seconds * 1000
        let state = map.get(key)
        if (state === undefined) {
          state = { start: now, previous: 0, current: 0, until: 0 }
          map.set(key, state)
        }
        if (now - state.start >= 2 * period) {
          state.previous = 0
          state.current = 0
          state.start = now
        } else if (now - state.start >= period) {
          state.previous = state.current
          state.current = 0
          state.start += period
        }
        if (state.until > now) return { allowed: false, until: state.until, remaining: 0 }
        const room = countRoom(state.previous, state.current, requests_per_period, now - state.start, period)
        if (room > 0) {
          state.current++
          return { allowed: true, until: 0, remaining: room - 1 }
        }
        state.until = now + mitigation_timeout * 1000
        return { allowed: false, until: state.until, remaining: 0 }
      })
    },
  }
}

// A fixed linear congruential sequence: the same keys in the same order for both.
function createSequence(): (below: number) => number {
  let state = 12_345
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/**
 * Hits of popular and rare clients: the density falls with the rank. Every key is a string made anew, as a
 * request brings it; a string that was looked up before would have its hash cached.
 */
function createHits(count: number): () => Hit[][] {
  const next = createSequence()
  const names = Array.from({ length: count }, () => toHex({ hi: next(2 ** 32), lo: next(2 ** 32) }))
  const order = Array.from({ length: BATCH }, () => Math.floor((next(2 ** 20) / 2 ** 20) ** 2 * count))
  return () => order.map((rank) => [{ ...LIMIT, key: Buffer.from(names[rank] ?? '').toString('latin1') }])
}

interface Figures {
  readonly least: number
  readonly median: number
}

function summarise(times: number[]): Figures {
  const sorted = times.toSorted((a, b) => a - b)
  return { least: sorted[0] ?? 0, median: sorted[sorted.length >> 1] ?? 0 }
}

/** Nanoseconds per operation of each subject; the subjects take turns, and preparing a batch is not timed. */
function interleave(subjects: readonly ((round: number) => () => void)[]): Figures[] {
  const times = subjects.map((): number[] => [])
  for (let round = 0; round < ROUNDS + 3; round++) {
    for (const [index, prepare] of subjects.entries()) {
      const batch = prepare(round)
      const begin = process.hrtime.bigint()
      batch()
      if (round >= 3) times[index]?.push(Number(process.hrtime.bigint() - begin) / BATCH)
    }
  }
  return times.map(summarise)
}

function measureBytes(
  keys: number,
  create: () => { hit(hits: readonly Hit[], now: number): unknown },
): number {
  const next = createSequence()
  const used = (): number => process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers
  collect()
  const before = used()
  const counter = create()
  for (let n = 0; n < keys; n++) {
    counter.hit(
      [{ ...LIMIT, key: Buffer.from(toHex({ hi: next(2 ** 32), lo: next(2 ** 32) })).toString() }],
      START,
    )
  }
  collect()
  const bytes = (used() - before) / keys
  counter.hit([], START)
  return bytes
}

const show = ({ least, median }: Figures): string =>
  `min ${least.toFixed(0)}, median ${median.toFixed(0)} ns/op`

for (const keys of [20_000, 200_000]) {
  const capacity = keys * 1.3
  const table = createWindowTable({ capacity })
  const map = createMapCounter()
  const create = createHits(keys)
  const walk = (counter: { hit(hits: readonly Hit[], now: number): unknown }) => (round: number) => {
    const batch = create()
    return () => {
      for (const hits of batch) counter.hit(hits, START + round * 5000)
    }
  }
  const [typed, plain] = interleave([walk(table), walk(map)])
  if (!typed || !plain) continue
  console.log(
    `${keys} keys  table: ${show(typed)}  Map: ${show(plain)}  ratio of minima ${(typed.least / plain.least).toFixed(2)}`,
  )
  const bytes = [
    measureBytes(keys, () => createWindowTable({ capacity })),
    measureBytes(keys, createMapCounter),
  ]
  console.log(
    `${keys} keys  table: ${bytes[0]?.toFixed(0)} B/key (evicted ${table.evicted})  Map: ${bytes[1]?.toFixed(0)} B/key`,
  )
}

const hash = createKeyHasher('login', [{ kind: 'ip.src' }], createSipKey(new Uint8Array(16).fill(1)))
const requests = Array.from({ length: 256 }, (_, n) => createRequest({ address: `198.51.${n}.7` }))
const cache = createBlockCache(65_536)
const hashes = requests.map(hash)
for (const { hi, lo } of hashes) cache.block(hi, lo, START + 60_000, START)
let sum = 0
const [key, block] = interleave([
  () => () => {
    for (let n = 0; n < BATCH; n++) sum += hash(requests[n & 255] ?? createRequest()).lo
  },
  () => () => {
    for (let n = 0; n < BATCH; n++) {
      const at = hashes[n & 255]
      if (at) sum += cache.find(at.hi, at.lo, START, 60_000)
    }
  },
])
if (key && block)
  console.log(`key of ip.src: ${show(key)}  block cache look-up: ${show(block)}  (${sum % 2})`)
