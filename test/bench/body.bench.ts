/**
 * Bodies: time and memory until each hostile one is refused, beside what a parser or an inflater does with it
 * unguarded; what scanning costs honest ones; and both in workerd.
 *
 *   node --expose-gc test/bench/body.bench.ts
 *
 * Variants take turns. Minimum and median of the batches; read the minimum. "memory" is what one run allocates
 * before any of it is collected. CPU in workerd is that of the whole process.
 */
import { createServer, request } from 'node:http'
import { gunzipSync, inflateSync } from 'node:zlib'
import type { BodiesModel } from '../../src/bundle/dos-model.ts'
import { inspectBody } from '../../src/http/body-guard/body-inspector.ts'
import type { Scanner } from '../../src/http/body-guard/scanner.ts'
import { portOf } from '../origin/apps.ts'
import { openBodyWorker } from '../shield/body-worker.ts'
import { createAttacks, createHonest, type Sample } from './body-attacks.ts'
import { startWorkerd, type WorkerdProcess } from './workerd-process.ts'

const BATCHES = 25
const PIECE = 16_384
const MAX_SIZE = 10 * 1024 * 1024

/** The defaults of rules/dos.yaml. */
const GUARD: BodiesModel = {
  mode: 'enforce',
  first_byte_ms: 10_000,
  deadline_ms: 300_000,
  min_rate: 512,
  json: { max_depth: 64, max_keys: 10_000, max_items: 100_000, max_string: 1024 * 1024 },
  xml: { max_depth: 64, max_elements: 100_000, max_attributes: 64 },
  form: { max_keys: 1000 },
  compressed: { allow: ['gzip', 'deflate'], max_size: MAX_SIZE, max_ratio: 100 },
}

interface Verdict {
  readonly fault: string | undefined
  readonly read: number
}

function cut(body: Buffer): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < body.length; at += PIECE) pieces.push(new Uint8Array(body.subarray(at, at + PIECE)))
  return pieces
}

function guard({ type, coding }: Sample, pieces: readonly Uint8Array[]): Verdict {
  const fields: Record<string, string | undefined> = { 'content-type': type, 'content-encoding': coding }
  const scanner = inspectBody((name) => fields[name], GUARD)
  if (scanner === undefined || typeof scanner === 'string') return { fault: scanner, read: 0 }
  let read = 0
  for (const piece of pieces) {
    read += piece.length
    const fault = scanner.scan(piece)
    if (fault !== undefined) return { fault, read }
  }
  return { fault: (scanner as Scanner).end(), read }
}

interface Peer {
  readonly name: string
  readonly run: () => unknown
}

/** What would be done with such a body, and is not: errors of its own are part of it. */
function peerOf({ type = '', coding, body }: Sample): Peer | undefined {
  if (coding === 'gzip' && type.includes('json'))
    return { name: 'gunzipSync and JSON.parse', run: () => JSON.parse(gunzipSync(body).toString()) }
  if (coding?.startsWith('gzip'))
    return { name: 'gunzipSync, 10 MiB at most', run: () => gunzipSync(body, { maxOutputLength: MAX_SIZE }) }
  if (coding === 'deflate')
    return {
      name: 'inflateSync, 10 MiB at most',
      run: () => inflateSync(body, { maxOutputLength: MAX_SIZE }),
    }
  if (type.includes('json'))
    return { name: 'JSON.parse', run: () => JSON.parse(new TextDecoder().decode(body)) }
  if (type.includes('urlencoded'))
    return { name: 'URLSearchParams', run: () => new URLSearchParams(new TextDecoder().decode(body)) }
  return undefined
}

function attempt(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error
  }
}

function timeOf(run: () => unknown): number {
  const start = process.hrtime.bigint()
  attempt(run)
  return Number(process.hrtime.bigint() - start) / 1e6
}

function memoryOf(run: () => unknown): number {
  globalThis.gc?.()
  const before = process.memoryUsage()
  attempt(run)
  const after = process.memoryUsage()
  return Math.max(0, after.heapUsed - before.heapUsed) + Math.max(0, after.arrayBuffers - before.arrayBuffers)
}

interface Spread {
  readonly min: number
  readonly median: number
}

function spread(times: readonly number[]): Spread {
  const sorted = times.toSorted((a, b) => a - b)
  return { min: sorted[0] ?? Number.NaN, median: sorted[sorted.length >> 1] ?? Number.NaN }
}

/** Runs variants in turns. */
function race(runs: readonly (() => unknown)[], batches: number): Spread[] {
  const times = runs.map((): number[] => [])
  for (const run of runs) attempt(run)
  for (let batch = 0; batch < batches; batch++)
    for (const [i, run] of runs.entries()) times[i]?.push(timeOf(run))
  return times.map(spread)
}

const ms = ({ min, median }: Spread): string => `${min.toFixed(3)} (${median.toFixed(3)}) ms`
const mib = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(2)} MiB`

function reportSample(sample: Sample): void {
  const pieces = cut(sample.body)
  const peer = peerOf(sample)
  const ours = (): Verdict => guard(sample, pieces)
  const { fault, read } = ours()
  const [own, other] = race(peer ? [ours, peer.run] : [ours], BATCHES)
  console.log(`\n${sample.name} (${mib(sample.body.length)})`)
  const verdict = fault === undefined ? 'passes' : `${fault} after ${Math.ceil(read / 1024)} KiB`
  if (own) console.log(`  guard         ${ms(own)}, ${mib(memoryOf(ours))}: ${verdict}`)
  if (!peer || !own || !other) return
  const error = attempt(peer.run)
  const end = error instanceof Error ? error.message.slice(0, 50) : 'goes through'
  console.log(
    `  ${peer.name}: ${ms(other)}, ${mib(memoryOf(peer.run))}: ${end}; guard × ${(own.min / other.min).toFixed(2)}`,
  )
}

/** Sends a body until it is answered; what is left then is not sent. */
function send(port: number, path: string, { type, coding, body }: Sample): Promise<number> {
  const headers: Record<string, string | number> = { 'content-length': body.length }
  if (type) headers['content-type'] = type
  if (coding) headers['content-encoding'] = coding
  return new Promise((resolve) => {
    const outgoing = request({ port, path, method: 'POST', headers }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
      response.on('error', () => resolve(0))
    })
    outgoing.on('error', () => resolve(0))
    outgoing.end(body)
  })
}

interface Cost {
  /** Milliseconds of CPU and of time for one. */
  readonly cpu: number
  readonly time: number
  readonly memory: number
  readonly status: number
}

async function costOf(worker: WorkerdProcess, sample: Sample, times: number): Promise<Cost> {
  const before = worker.cpu()
  const memory = worker.memory()
  const start = process.hrtime.bigint()
  let status = 0
  let peak = memory
  const watch = setInterval(() => {
    peak = Math.max(peak, worker.memory())
  }, 20)
  for (let i = 0; i < times; i++) status = await send(worker.port, '/', sample)
  clearInterval(watch)
  const time = Number(process.hrtime.bigint() - start) / 1e6 / times
  return {
    cpu: (worker.cpu() - before) / 1000 / times,
    time,
    memory: Math.max(peak, worker.memory()) - memory,
    status,
  }
}

/** The tempting way: inflate with the runtime's stream, and stop reading at the bound. */
const DECOMPRESSION_STREAM = `
export default {
  async fetch(request) {
    if (request.body === null) return new Response('ok')
    const reader = request.body.pipeThrough(new DecompressionStream('gzip')).getReader()
    for (let size = 0; ; ) {
      const { done, value } = await reader.read()
      if (done) return new Response('ok')
      size += value.byteLength
      if (size > ${MAX_SIZE}) return new Response(null, { status: 413 })
    }
  },
}
`

async function raceWorkers(
  title: string,
  workers: ReadonlyMap<string, WorkerdProcess>,
  sample: Sample,
  times: number,
): Promise<void> {
  const costs = new Map<string, Cost[]>([...workers.keys()].map((name) => [name, []]))
  for (let round = 0; round < 5; round++)
    for (const [name, worker] of workers) costs.get(name)?.push(await costOf(worker, sample, times))
  console.log(`\nworkerd: ${title}`)
  let base: number | undefined
  for (const [name, all] of costs) {
    const cpu = spread(all.map((cost) => cost.cpu))
    const time = spread(all.map((cost) => cost.time))
    base ??= cpu.min
    const memory = Math.max(...all.map((cost) => cost.memory))
    const ratio = (cpu.min / base).toFixed(2)
    console.log(
      `  ${name.padEnd(20)} CPU ${ms(cpu)} × ${ratio}, time ${ms(time)}, memory +${mib(memory)}, status ${all[0]?.status}`,
    )
  }
}

async function benchWorkerd(bomb: Sample, honest: readonly Sample[]): Promise<void> {
  const origin = createServer((incoming, response) => {
    incoming.resume()
    incoming.on('end', () => response.end('ok'))
    incoming.on('error', () => {})
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => origin.once('listening', resolve))
  const options = { origin: `http://127.0.0.1:${portOf(origin)}`, maxBody: 1e9 }
  const off = await openBodyWorker(options)
  const on = await openBodyWorker({ ...options, bodyGuard: GUARD })
  const inflating = await startWorkerd({ code: DECOMPRESSION_STREAM })
  try {
    const pair = new Map([
      ['guard off', off],
      ['guard on', on],
    ])
    const small = Buffer.from(JSON.stringify({ user: 'a', items: Array(70).fill('some item') }))
    await raceWorkers(
      `JSON of ${small.length} bytes`,
      pair,
      { name: '', type: 'application/json', body: small },
      1000,
    )
    const [records] = honest
    if (records) await raceWorkers('JSON of 1 MB', pair, records, 50)
    await raceWorkers('20 MiB of another type', pair, { name: '', body: Buffer.alloc(20 << 20, 7) }, 3)
    await raceWorkers(
      bomb.name,
      new Map([
        ['guard on', on],
        ['DecompressionStream', inflating],
      ]),
      bomb,
      10,
    )
  } finally {
    for (const worker of [off, on, inflating]) worker.stop()
    origin.close()
    origin.closeAllConnections()
  }
}

const attacks = await createAttacks()
const honest = createHonest()
console.log(`Node ${process.version}: minimum (median) of ${BATCHES}`)
for (const sample of [...attacks, ...honest]) reportSample(sample)
const [bomb] = attacks
if (bomb) await benchWorkerd(bomb, honest)
