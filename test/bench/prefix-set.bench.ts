/**
 * Address look-up: our set against Node's own BlockList. Run with `node test/bench/prefix-set.bench.ts`.
 * Batches of all variants are interleaved, so that what else the machine does hits all of them; the minimum
 * and the median of the batches are printed in nanoseconds per look-up.
 */
import { BlockList } from 'node:net'
import { type Address, countingKey, formatAddress, parseAddress } from '../../src/net/address.ts'
import type { PrefixEntry } from '../../src/net/prefix-ranges.ts'
import { buildPrefixSet, openPrefixSet } from '../../src/net/prefix-set.ts'

const PROBES = 4096
const BATCHES = 30

/** A small generator with a fixed seed: every run measures the same data (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return (t ^ (t >>> 14)) >>> 0
  }
}

const random = createRandom(42)

function makeEntry(index: number): PrefixEntry {
  const value = 1 + (random() & 1)
  if (index % 5 === 0) {
    const words = [0x20010000 | (random() & 0xffff), random(), 0, 0] as const
    return { prefix: { address: { version: 6, words }, length: 64 }, value }
  }
  const length = 16 + (random() % 17)
  const network = Math.floor(random() / 2 ** (32 - length)) * 2 ** (32 - length)
  return { prefix: { address: { version: 4, value: network }, length }, value }
}

/** Half of the probes lie in a prefix of the set, half anywhere. */
function makeProbes(entries: readonly PrefixEntry[]): Address[] {
  return Array.from({ length: PROBES }, (_, i): Address => {
    const hit = entries[random() % entries.length]?.prefix.address
    if (hit && i % 2 === 0) return hit
    if (i % 5 === 0)
      return { version: 6, words: [0x20010000 | (random() & 0xffff), random(), random(), random()] }
    return { version: 4, value: random() }
  })
}

interface Variant {
  readonly name: string
  /** Runs `count` operations; the sum escapes, so that nothing can be left out. */
  run(count: number): number
  readonly count: number
  readonly times: number[]
}

function variant(name: string, count: number, run: (count: number) => number): Variant {
  return { name, count, run, times: [] }
}

let sink = 0

function measure(variants: readonly Variant[]): void {
  for (let batch = 0; batch < BATCHES; batch++) {
    for (const { run, count, times } of variants) {
      const start = process.hrtime.bigint()
      sink += run(count)
      times.push(Number(process.hrtime.bigint() - start) / count)
    }
  }
}

function report(title: string, variants: readonly Variant[]): void {
  console.log(`\n${title}`)
  const sorted = variants.map(({ name, times }) => ({ name, times: times.toSorted((a, b) => a - b) }))
  const base = sorted[0]?.times[0] ?? 1
  for (const { name, times } of sorted) {
    const least = times[0] ?? 0
    const median = times[times.length >> 1] ?? 0
    const ratio = `${(least / base).toFixed(1)} x`
    console.log(
      `  ${name.padEnd(28)} min ${least.toFixed(1).padStart(9)} ns  median ${median.toFixed(1).padStart(9)} ns  ${ratio.padStart(9)}`,
    )
  }
}

function benchSets(size: number): void {
  const entries = Array.from({ length: size }, (_, i) => makeEntry(i))
  const probes = makeProbes(entries)
  const start = process.hrtime.bigint()
  const buffer = buildPrefixSet(entries)
  const built = process.hrtime.bigint()
  const set = openPrefixSet(buffer)
  const opened = process.hrtime.bigint()
  const list = new BlockList()
  for (const { prefix } of entries)
    list.addSubnet(formatAddress(prefix.address), prefix.length, `ipv${prefix.address.version}`)
  const texts = probes.map((address) => [formatAddress(address), `ipv${address.version}`] as const)
  const v4 = probes.filter(({ version }) => version === 4)
  const v6 = probes.filter(({ version }) => version === 6)
  const over = (addresses: readonly Address[]) => (count: number) => {
    let sum = 0
    for (let i = 0; i < count; i++) sum += set.lookup(addresses[i % addresses.length] as Address)
    return sum
  }
  const variants = [
    variant('ours, IPv4', 200_000, over(v4)),
    variant('ours, IPv6', 200_000, over(v6)),
    variant('ours, both, from text', 200_000, (count) => {
      let sum = 0
      for (let i = 0; i < count; i++) {
        const address = parseAddress((texts[i & (PROBES - 1)] as (typeof texts)[number])[0])
        sum += address ? set.lookup(address) : 0
      }
      return sum
    }),
    variant('net.BlockList, from text', size > 50_000 ? 20 : 200, (count) => {
      let sum = 0
      for (let i = 0; i < count; i++) {
        const [text, family] = texts[i & (PROBES - 1)] as (typeof texts)[number]
        sum += list.check(text, family) ? 1 : 0
      }
      return sum
    }),
  ]
  measure(variants)
  const ms = (from: bigint, to: bigint): string => (Number(to - from) / 1e6).toFixed(1)
  const { ipv4, ipv6 } = set.ranges
  report(
    `${size} prefixes: ${ipv4} + ${ipv6} ranges, ${buffer.byteLength} bytes, build ${ms(start, built)} ms, open ${ms(built, opened)} ms`,
    variants,
  )
}

function benchText(): void {
  const v4 = Array.from({ length: PROBES }, () => formatAddress({ version: 4, value: random() }))
  const v6 = Array.from({ length: PROBES }, () =>
    formatAddress({ version: 6, words: [0x20010db8, random(), random(), random()] }),
  )
  const addresses = v6.map((text) => parseAddress(text) as Address)
  const parse = (texts: readonly string[]) => (count: number) => {
    let sum = 0
    for (let i = 0; i < count; i++) sum += parseAddress(texts[i & (PROBES - 1)] as string)?.version ?? 0
    return sum
  }
  const key = (count: number): number => {
    let sum = 0
    for (let i = 0; i < count; i++) sum += countingKey(addresses[i & (PROBES - 1)] as Address).length
    return sum
  }
  const variants = [
    variant('parseAddress, IPv4', 200_000, parse(v4)),
    variant('parseAddress, IPv6', 200_000, parse(v6)),
    variant('countingKey, IPv6', 200_000, key),
  ]
  measure(variants)
  report('text', variants)
}

benchSets(10_000)
benchSets(100_000)
benchText()
console.log(`\n(check ${sink})`)
