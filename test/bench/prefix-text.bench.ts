/**
 * Reading addresses, counting keys, and host-name sets. Run with `node test/bench/prefix-text.bench.ts`.
 */
import { type Address, countingKey, formatAddress, parseAddress } from '../../src/net/address.ts'
import { createHostSet } from '../../src/net/host-set.ts'
import { parsePrefix } from '../../src/net/prefix.ts'
import { makePrefixData, PROBES } from './prefix-data.ts'
import { printTimings, raceVariants, type Variant } from './prefix-variants.ts'

const BATCHES = 30
const NAMES = 100_000

function over<T>(name: string, items: readonly T[], use: (item: T) => number): Variant {
  return {
    name,
    count: 200_000,
    run(count) {
      let sum = 0
      for (let i = 0; i < count; i++) sum += use(items[i & (PROBES - 1)] as T)
      return sum
    },
  }
}

const { v4, v6 } = makePrefixData(10_000)
printTimings(
  'text',
  raceVariants(
    [
      over('parseAddress, IPv4', v4.map(formatAddress), (text) => parseAddress(text)?.version ?? 0),
      over('parseAddress, IPv6', v6.map(formatAddress), (text) => parseAddress(text)?.version ?? 0),
      over('parsePrefix, IPv4', v4.map(formatAddress), (text) => (parsePrefix(text).ok ? 1 : 0)),
      over('countingKey, IPv6', v6, (address: Address) => countingKey(address).length),
    ],
    BATCHES,
  ),
)

/** Every tenth is a wildcard. */
const patterns = Array.from(
  { length: NAMES },
  (_, i) => `${i % 10 === 0 ? '*' : `host-${i}`}.zone-${i}.example`,
)
const before = process.memoryUsage().heapUsed
const start = performance.now()
const hosts = createHostSet(patterns)
const took = performance.now() - start
const bytes = process.memoryUsage().heapUsed - before
console.log(
  `\n${NAMES} host patterns: ${took.toFixed(0)} ms, ${(bytes / 2 ** 20).toFixed(1)} MiB beside the patterns`,
)
const pick = (i: number): number => (i * 7919) % NAMES
const exact = Array.from({ length: PROBES }, (_, i) => `host-${pick(i)}.zone-${pick(i)}.example`)
const below = Array.from({ length: PROBES }, (_, i) => `a.b.zone-${pick(i) - (pick(i) % 10)}.example`)
const none = Array.from({ length: PROBES }, (_, i) => `www.other-${i}.example.org`)
const deep = Array.from({ length: PROBES }, (_, i) => `${'a.'.repeat(120)}${i}`)
const has = (host: string): number => (hosts.has(host) ? 1 : 0)
printTimings(
  'host set',
  raceVariants(
    [
      over('exact name', exact, has),
      over('below a wildcard', below, has),
      over('in no pattern', none, has),
      over('in no pattern, 121 labels', deep, has),
    ],
    BATCHES,
  ),
)
