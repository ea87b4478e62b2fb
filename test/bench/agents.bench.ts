/**
 * Who a User-Agent says it is, in Node and in workerd: our automaton beside isbot, crawler-user-agents and another
 * automaton; then how many crawlers each recognises, and how many browsers each takes for one.
 *
 *   node test/bench/agents.bench.ts
 *
 * `SALLYPORT_ISBOT_FIXTURES` may name the folder `fixtures` of isbot's repository, which its package leaves out.
 */
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import crawlers from 'crawler-user-agents'
import { build } from 'esbuild'
import { isbot } from 'isbot'
import { openAgents } from '../../src/ingress/bots/identity/agent-index.ts'
import { AGENTS } from '../../src/policy/bots/catalogue/agents.ts'
import { buildAgents } from '../../src/policy/bots/catalogue/build-agents.ts'
import {
  crawlerInstances,
  generated,
  isbotFixture,
  mostFrequent,
  visitors,
} from '../ingress/bots/identity/user-agents.ts'
import { createContenders, HOSTILE } from './agents-contenders.ts'
import { printTimings, raceVariants, toTiming } from './prefix-variants.ts'
import { startWorkerd, type WorkerdProcess } from './workerd-process.ts'

const BATCHES = 10
const { part, agents } = buildAgents({ own: [], ignore: [] })
const PEERS = ['ours, each anew', 'isbot (yes or no)', 'crawler-user-agents, one RegExp'] as const

function clock(run: () => void): number {
  const start = performance.now()
  run()
  return performance.now() - start
}

function printSize(): void {
  const place = { buffer: part.buffer, offset: 0, length: part.length }
  const builds = Array.from({ length: 5 }, () => clock(() => buildAgents({ own: [], ignore: [] })))
  const opens = Array.from({ length: 20 }, () => clock(() => openAgents(place)))
  console.log(
    `${agents.length} agents, ${part.length} bytes, ${gzipSync(part, { level: 9 }).length} with gzip;`,
    `build ${Math.min(...builds).toFixed(0)} ms, open ${Math.min(...opens).toFixed(1)} ms (first ${opens[0]?.toFixed(1)} ms)`,
  )
}

async function bundleWorker(): Promise<string> {
  const entry = fileURLToPath(new URL('agents-worker.ts', import.meta.url))
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, format: 'esm', write: false })
  return outputFiles[0]?.text ?? ''
}

type Call = (path: string, init?: RequestInit) => Promise<number>

/**
 * Nanoseconds of CPU that workerd takes for a request, whatever else the machine does; a tick is 10 ms, so that
 * each request has to do a lot.
 */
function caller(worker: WorkerdProcess): Call {
  return async (path, init) => {
    const start = worker.cpu()
    const response = await fetch(`http://127.0.0.1:${worker.port}${path}`, init)
    if (!response.ok) throw new Error(`workerd answered ${response.status} to ${path}`)
    await response.text()
    return (worker.cpu() - start) * 1000
  }
}

async function raceSet(call: Call, name: string, userAgents: readonly string[]): Promise<void> {
  await call('/set', { method: 'PUT', body: JSON.stringify(userAgents) })
  const variants = createContenders(part.buffer, userAgents)
  const samples = variants.map((): number[] => [])
  const fresh: number[] = []
  const read: number[] = []
  for (let batch = 0; batch < BATCHES; batch++) {
    for (const [index, { name: variant, count }] of variants.entries()) {
      const path = `/run?name=${encodeURIComponent(variant)}&count=${count}`
      samples[index]?.push((await call(path)) / count)
    }
    read.push((await call('/fresh?count=1000&ask=no')) / 1000 / userAgents.length)
    fresh.push((await call('/fresh?count=1000')) / 1000 / userAgents.length)
  }
  const timings = variants.map((variant, index) => toTiming(variant.name, samples[index] ?? []))
  printTimings(`workerd, CPU, ${name}`, [
    ...timings,
    toTiming('ours, with its memory, new strings', fresh),
    toTiming('  of it, making the strings', read),
  ])
}

/** Enough of each for some ticks. */
const HOSTILE_COUNTS = [20_000, 1_000, 30] as const

async function raceHostile(call: Call): Promise<void> {
  console.log('\nworkerd, User-Agents of 16 KB, microseconds of CPU each, minimum of 3')
  console.log(`  ${''.padEnd(40)}${PEERS.map((peer) => peer.slice(0, 20).padStart(22)).join('')}`)
  for (const [shape, [name]] of HOSTILE.entries()) {
    const least = PEERS.map(() => Number.POSITIVE_INFINITY)
    for (let batch = 0; batch < 3; batch++) {
      for (const [index, peer] of PEERS.entries()) {
        const count = HOSTILE_COUNTS[index] ?? 1
        const path = `/hostile?name=${encodeURIComponent(peer)}&shape=${shape}&count=${count}`
        least[index] = Math.min(least[index] ?? 0, (await call(path)) / count / 1000)
      }
    }
    console.log(`  ${name.padEnd(40)}${least.map((time) => time.toFixed(1).padStart(22)).join('')}`)
  }
}

async function raceWorkerd(sets: readonly (readonly [string, readonly string[]])[]): Promise<void> {
  const worker = await startWorkerd({ code: await bundleWorker() })
  const call = caller(worker)
  try {
    await call('/part', { method: 'PUT', body: part })
    const opens: number[] = []
    for (let i = 0; i < BATCHES; i++) opens.push((await call('/open?count=100')) / 100 / 1e6)
    console.log(`\nworkerd, opening the part: ${Math.min(...opens).toFixed(2)} ms`)
    for (const [name, userAgents] of sets) await raceSet(call, name, userAgents)
    await raceHostile(call)
  } finally {
    worker.stop()
  }
}

function printRecall(): void {
  const index = openAgents({ buffer: part.buffer, offset: 0, length: part.length })
  const expressions = crawlers.map(({ pattern }) => new RegExp(pattern))
  const ai = AGENTS.filter((agent) => agent.class.startsWith('ai-'))
  const chrome = ai.map(
    ({ name }) =>
      `Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ${name}/1.2) Chrome/138.0.0.0 Safari/537.36`,
  )
  const [listed, fixed] = [crawlerInstances(), isbotFixture('crawlers')]
  const sets: readonly (readonly [string, readonly string[]])[] = [
    ['crawler-user-agents, instances', listed],
    ['isbot, crawlers.yml', fixed],
    ['both together', [...new Set([...listed, ...fixed])]],
    ['AI agents within a browser', chrome],
    ['BROWSERS user-agents', visitors()],
    ['BROWSERS top-user-agents', mostFrequent()],
    ['BROWSERS header-generator', generated()],
    ['BROWSERS isbot, browsers.yml', isbotFixture('browsers')],
  ]
  console.log(`\nSaid to be automated, %${''.padEnd(32)}isbot   crawler-user-agents      ours     named`)
  for (const [name, list] of sets) {
    const share = (is: (userAgent: string) => boolean): string =>
      ((100 * list.filter(is).length) / Math.max(1, list.length)).toFixed(2).padStart(10)
    const byList = share((userAgent) => expressions.some((regex) => regex.test(userAgent)))
    const byUs = share((userAgent) => index.identify(userAgent).declared)
    const named = share((userAgent) => index.identify(userAgent).agent !== undefined)
    console.log(
      `  ${`${name} (${list.length})`.padEnd(44)}${share(isbot)}${byList.padStart(20)}${byUs}${named}`,
    )
  }
}

printSize()
printRecall()
const sets: readonly (readonly [string, readonly string[]])[] = [
  ['visitors (npm user-agents)', visitors()],
  ['crawlers (instances)', crawlerInstances()],
]
for (const [name, userAgents] of sets)
  printTimings(
    `Node ${process.version}, ${name}`,
    raceVariants(createContenders(part.buffer, userAgents), BATCHES),
  )
await raceWorkerd(sets)
