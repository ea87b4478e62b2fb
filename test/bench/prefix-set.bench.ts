/**
 * Address look-up in Node and in workerd: our set beside Node's BlockList and three npm libraries.
 *
 *   node test/bench/prefix-set.bench.ts [sizes]      sizes as 10000,100000,1000000
 *
 * Each size has a process of its own; in it, batches of all variants take turns. Every peer must say the same
 * of the probes as ours does. Peers that look at every prefix are asked up to a size where they still finish.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { type Address, formatAddress, parseAddress } from '../../src/net/address.ts'
import { buildPrefixSet, openPrefixSet, type PrefixSet } from '../../src/net/prefix-set.ts'
import { makePrefixData, PROBES, type PrefixData } from './prefix-data.ts'
import { PEERS } from './prefix-peers.ts'
import { printTimings, raceVariants, toTiming, type Variant } from './prefix-variants.ts'
import { startWorkerd } from './workerd-process.ts'

const SIZES = (process.argv[2] ?? '10000,100000,1000000').split(',').map(Number)
const BATCHES = 30
const LOOKUPS = 200_000
/** Time for one batch of a peer, in milliseconds. */
const PEER_BATCH = 10

function compareHits(
  name: string,
  has: (i: number) => boolean,
  set: PrefixSet,
  v4: readonly Address[],
): void {
  // As many probes as take a second.
  const end = performance.now() + 1000
  let checked = 0
  for (; checked < v4.length && performance.now() < end; checked++)
    if (has(checked) !== set.has(v4[checked] as Address))
      throw new Error(`${name} and ours differ on ${formatAddress(v4[checked] as Address)}.`)
  console.log(`  ${name}: agrees on ${checked} of ${v4.length} addresses`)
}

function peerVariants(size: number, { entries, v4 }: PrefixData, set: PrefixSet): Variant[] {
  return PEERS.flatMap((peer): Variant[] => {
    if (size > peer.upTo) {
      console.log(`  ${peer.name}: left out, it looks at every prefix`)
      return []
    }
    const has = peer.prepare(entries, v4)
    compareHits(peer.name, has, set, v4)
    const start = performance.now()
    let once = 0
    while (performance.now() - start < PEER_BATCH) has(once++ & (PROBES - 1))
    const run = (count: number): number => {
      let sum = 0
      for (let i = 0; i < count; i++) sum += has(i & (PROBES - 1)) ? 1 : 0
      return sum
    }
    return [{ name: peer.name, count: once, run }]
  })
}

function ourVariants({ v4, v6 }: PrefixData, set: PrefixSet): Variant[] {
  const texts = v4.map(formatAddress)
  // A function for each, so that each is compiled for what it sees.
  return [
    {
      name: 'ours, IPv4',
      count: LOOKUPS,
      run(count) {
        let sum = 0
        for (let i = 0; i < count; i++) sum += set.lookup(v4[i & (PROBES - 1)] as Address)
        return sum
      },
    },
    {
      // What the loop, the choice by version and the number itself take: no look-up can be faster.
      name: 'floor: reading the address',
      count: LOOKUPS,
      run(count) {
        let sum = 0
        for (let i = 0; i < count; i++) {
          const address = v4[i & (PROBES - 1)] as Address
          sum += address.version === 4 ? address.value & 1 : address.words[0] & 1
        }
        return sum
      },
    },
    {
      name: 'ours, IPv6',
      count: LOOKUPS,
      run(count) {
        let sum = 0
        for (let i = 0; i < count; i++) sum += set.lookup(v6[i & (PROBES - 1)] as Address)
        return sum
      },
    },
    {
      name: 'ours, IPv4, from text',
      count: LOOKUPS,
      run(count) {
        let sum = 0
        for (let i = 0; i < count; i++) {
          const address = parseAddress(texts[i & (PROBES - 1)] as string)
          sum += address ? set.lookup(address) : 0
        }
        return sum
      },
    },
  ]
}

/** The least of `times` runs, in milliseconds, and the first. */
function clock(times: number, run: () => void): { first: number; least: number } {
  const samples = Array.from({ length: times }, () => {
    const start = performance.now()
    run()
    return performance.now() - start
  })
  return { first: samples[0] ?? Number.NaN, least: Math.min(...samples) }
}

async function bundleWorker(): Promise<string> {
  const entry = fileURLToPath(new URL('prefix-set-worker.ts', import.meta.url))
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, format: 'esm', write: false })
  return outputFiles[0]?.text ?? ''
}

async function raceWorkerd(size: number, { v4, v6 }: PrefixData, buffer: ArrayBuffer): Promise<void> {
  const worker = await startWorkerd({ code: await bundleWorker() })
  const call = async (path: string, init?: RequestInit): Promise<number> => {
    const start = performance.now()
    const response = await fetch(`http://127.0.0.1:${worker.port}${path}`, init)
    if (!response.ok) throw new Error(`workerd answered ${response.status} to ${path}`)
    await response.text()
    return (performance.now() - start) * 1e6
  }
  try {
    await call('/probes', { method: 'PUT', body: JSON.stringify([...v4, ...v6].map(formatAddress)) })
    await call('/set', { method: 'PUT', body: buffer })
    const counts = { '/v4': 2_000_000, '/v6': 2_000_000, '/open': 10 }
    const whole: Record<string, number[]> = { '/v4': [], '/v6': [], '/open': [] }
    let empty = Number.POSITIVE_INFINITY
    for (let batch = 0; batch < BATCHES / 2; batch++) {
      empty = Math.min(empty, await call('/'))
      for (const [path, count] of Object.entries(counts))
        whole[path]?.push(await call(`${path}?times=${count}`))
    }
    // What an empty request takes at least is not the worker's work.
    const timings = Object.entries(counts).map(([path, count]) =>
      toTiming(path.slice(1), whole[path]?.map((time) => (time - empty) / count) ?? []),
    )
    printTimings(`workerd, ${size} prefixes`, timings)
  } finally {
    worker.stop()
  }
}

async function raceSize(size: number): Promise<void> {
  const data = makePrefixData(size)
  let buffer = new ArrayBuffer(0)
  const building = clock(3, () => {
    buffer = buildPrefixSet(data.entries)
  })
  const opening = clock(20, () => void openPrefixSet(buffer))
  const set = openPrefixSet(buffer)
  const ms = (time: number): string => `${time.toFixed(1)} ms`
  console.log(
    `\n${size} prefixes: ${set.ranges.ipv4} + ${set.ranges.ipv6} ranges, ${buffer.byteLength} bytes;`,
    `build ${ms(building.least)} (first ${ms(building.first)}), open ${ms(opening.least)} (first ${ms(opening.first)})`,
  )
  const members = buildPrefixSet(data.entries.map(({ prefix }) => ({ prefix, value: 1 })))
  console.log(`  with one value for all: ${members.byteLength} bytes`)
  const variants = [...ourVariants(data, set), ...peerVariants(size, data, set)]
  printTimings(`Node ${process.version}, ${size} prefixes`, raceVariants(variants, BATCHES))
  await raceWorkerd(size, data, buffer)
}

// A process for each size: what is compiled for one set is thrown away for the next.
const [only, ...others] = SIZES
if (only !== undefined && others.length === 0) await raceSize(only)
else {
  for (const size of SIZES) {
    const script = fileURLToPath(import.meta.url)
    const { status } = spawnSync(process.execPath, [script, String(size)], { stdio: 'inherit' })
    if (status !== 0) process.exitCode = 1
  }
}
