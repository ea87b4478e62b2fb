/**
 * Bodies in authenticated chunks beside plain streaming: CPU per MiB of the edge in workerd, of a Node origin that
 * unwraps, and of the memory the edge takes for a large upload.
 *
 *   node test/bench/body-chain.bench.ts
 *
 * Variants take turns, in one process each. Minimum and median of the batches; read the minimum. CPU of the edge is
 * that of the whole workerd process, as is CPU of the origin that of a thread with nothing else to do.
 */
import { createHash } from 'node:crypto'
import { createServer, request } from 'node:http'
import { Readable } from 'node:stream'
import { build } from 'esbuild'
import type { Verified } from '../../src/origin/outcome.ts'
import { planUnframing } from '../../src/origin/unframing.ts'
import { createVerifier } from '../../src/origin/verifier.ts'
import { CHUNK_SIZE } from '../../src/signature/body-chain.ts'
import type { Key } from '../../src/signature/keys.ts'
import { portOf } from '../origin/apps.ts'
import { chunkRequest } from '../origin/chunked-request.ts'
import { ED25519_KEY, HMAC_KEY } from '../signature/keys-fixture.ts'
import { startWorkerd, type WorkerdProcess } from './workerd-process.ts'

const BATCHES = 15
const MIB = 1024 * 1024
const root = new URL('../..', import.meta.url).pathname

interface Spread {
  readonly min: number
  readonly median: number
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  return { min: sorted[0] ?? Number.NaN, median: sorted[sorted.length >> 1] ?? Number.NaN }
}

/** Microseconds. */
const us = ({ min, median }: Spread): string => `${min.toFixed(0)} (${median.toFixed(0)}) µs`

/** Forwards as the edge does; the path says how. */
const ENTRY = `
import { forward } from './src/shield/forward.ts'
import { startTimer } from './src/worker/start-timer.ts'
import { createSigner } from './src/signature/sign.ts'
import { importSigningKey } from './src/signature/webcrypto.ts'
import { createFacts } from './test/http/facts.ts'
import { createVetted } from './test/shield/fixtures.ts'
import { HMAC_KEY, ED25519_KEY } from './test/signature/keys-fixture.ts'

const KEYS = { plain: HMAC_KEY, hmac: HMAC_KEY, ed25519: ED25519_KEY }
const ports = new Map()

async function portsOf(name) {
  const { keyid, mac } = await importSigningKey(KEYS[name])
  return {
    fetch: (url, init) => fetch(url, init),
    sha256: (bytes) => crypto.subtle.digest('SHA-256', bytes),
    signer: createSigner({ keyid, mac, ttl: 30 }),
    mac,
    freshness: () => ({ created: Math.floor(Date.now() / 1000), nonce: 'AAECAwQFBgcICQoLDA0ODw' }),
    now: Date.now,
    timer: startTimer,
    fixedLength: (length) => new FixedLengthStream(length),
  }
}

export default {
  async fetch(request, env) {
    const name = new URL(request.url).pathname.slice(1)
    if (!ports.has(name)) ports.set(name, await portsOf(name))
    const facts = { method: request.method, target: '/' + name, headers: [...request.headers], hasBody: true }
    const action = { origin: env.ORIGIN, timeout_ms: 0 }
    const route = { max_body: 1e12, digest_body: 0, ...(name === 'plain' ? {} : { sign_body: 'all' }) }
    const forwarded = await forward(request, createVetted({ facts, action, route }), ports.get(name))
    return forwarded.response ?? Response.json(forwarded.failure, { status: 500 })
  },
}
`

async function openWorker(origin: string): Promise<WorkerdProcess> {
  const bundled = await build({
    stdin: { contents: ENTRY, resolveDir: root, loader: 'js' },
    bundle: true,
    format: 'esm',
    target: 'es2024',
    write: false,
  })
  return startWorkerd({ code: bundled.outputFiles[0]?.text ?? '', bindings: { ORIGIN: origin } })
}

/** Sends so many MiB, declared or not, and resolves when they were answered. */
function send(port: number, path: string, mebibytes: number, isDeclared: boolean): Promise<number> {
  const piece = Buffer.alloc(65_536, 7)
  const headers: Record<string, string | number> = isDeclared
    ? { 'content-length': mebibytes * MIB }
    : { 'transfer-encoding': 'chunked' }
  return new Promise((resolve, reject) => {
    const outgoing = request({ port, path, method: 'POST', headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0))
    })
    outgoing.on('error', reject)
    Readable.from(Array.from({ length: mebibytes * 16 }, () => piece)).pipe(outgoing)
  })
}

async function benchEdge(): Promise<void> {
  const origin = createServer((incoming, response) => {
    incoming.resume().on('end', () => response.end('ok'))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => origin.once('listening', resolve))
  const worker = await openWorker(`http://127.0.0.1:${portOf(origin)}`)
  const size = 32
  try {
    for (const isDeclared of [true, false]) {
      const costs = new Map<string, number[]>([
        ['/plain', []],
        ['/hmac', []],
        ['/ed25519', []],
      ])
      for (const path of costs.keys()) await send(worker.port, path, size, isDeclared)
      for (let batch = 0; batch < BATCHES; batch++) {
        for (const [path, all] of costs) {
          const before = worker.cpu()
          const status = await send(worker.port, path, size, isDeclared)
          if (status !== 200) throw new Error(`status ${status}`)
          all.push((worker.cpu() - before) / size)
        }
      }
      console.log(`\nedge in workerd, CPU per MiB, ${size} MiB ${isDeclared ? 'declared' : 'undeclared'}`)
      const base = spread(costs.get('/plain') ?? [])
      for (const [path, all] of costs) {
        const cost = spread(all)
        console.log(`  ${path.slice(1).padEnd(10)} ${us(cost)}, × ${(cost.min / base.min).toFixed(2)}`)
      }
    }
    const before = worker.memory()
    let peak = before
    const watch = setInterval(() => {
      peak = Math.max(peak, worker.memory())
    }, 10)
    await send(worker.port, '/hmac', 512, true)
    clearInterval(watch)
    console.log(`  memory for 512 MiB: +${((peak - before) / MIB).toFixed(1)} MiB`)
  } finally {
    worker.stop()
    origin.close()
    origin.closeAllConnections()
  }
}

/** One MiB of chunks, cut as Node's parser cuts them, and what an origin does with them. */
async function originRun(key: Key): Promise<() => void> {
  const { received, chunks } = await chunkRequest(Buffer.alloc(MIB, 7), { isDeclared: true, key })
  const wire = Buffer.concat(chunks)
  const pieces = Array.from({ length: Math.ceil(wire.length / CHUNK_SIZE) }, (_, i) =>
    wire.subarray(i * CHUNK_SIZE, (i + 1) * CHUNK_SIZE),
  )
  const verifier = createVerifier({ keys: { keys: [key] }, acceptBodyChunks: true, replay: 'accept-replays' })
  const outcome = await verifier.verify(received)
  if (!outcome.ok || !outcome.signed) throw new Error('not admitted')
  const verified: Verified = outcome
  return () => {
    let size = 0
    const unframer = planUnframing(
      verified,
      verifier,
      undefined,
    )?.((payload) => {
      size += payload.length
    })
    for (const piece of pieces) unframer?.take(piece)
    if (unframer?.end() !== undefined || size !== MIB) throw new Error('not whole')
  }
}

async function benchOrigin(): Promise<void> {
  const body = Buffer.alloc(MIB, 7)
  const runs = new Map<string, () => unknown>([
    ['copy alone', () => Buffer.from(body)],
    ['SHA-256 alone', () => createHash('sha256').update(body).digest()],
    ['unwrap, HMAC', await originRun(HMAC_KEY)],
    ['unwrap, Ed25519', await originRun(ED25519_KEY)],
  ])
  const times = new Map<string, number[]>([...runs.keys()].map((name) => [name, []]))
  for (let batch = 0; batch < BATCHES * 4; batch++) {
    for (const [name, run] of runs) {
      const start = process.hrtime.bigint()
      for (let i = 0; i < 5; i++) run()
      times.get(name)?.push(Number(process.hrtime.bigint() - start) / 5000)
    }
  }
  console.log('\norigin in Node, time per MiB')
  const base = spread(times.get('SHA-256 alone') ?? []).min
  for (const [name, all] of times) {
    const cost = spread(all)
    console.log(`  ${name.padEnd(16)} ${us(cost)}, × ${(cost.min / base).toFixed(2)} of SHA-256`)
  }
}

console.log(`Node ${process.version}: minimum (median) of ${BATCHES} batches`)
await benchOrigin()
await benchEdge()
