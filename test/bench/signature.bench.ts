/**
 * What a signature costs: ours beside both libraries, in Node and in workerd.
 *
 *   node test/bench/signature.bench.ts [rounds]
 *
 * Batches are short, so that some of them run undisturbed on a busy machine. Contenders take turns in every round, so that a busy machine is busy for all of them. Read the minimum;
 * the median tells how disturbed the run was. In workerd the clock stands still during a request, so each
 * batch is one request timed from outside.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import {
  createPrivateKey,
  createSecretKey,
  randomBytes,
  randomFillSync,
  sign,
  timingSafeEqual,
} from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { IncomingMessage } from 'node:http'
import { createServer, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { createHmacMac } from '../../src/origin/hmac.ts'
import { admit } from '../../src/origin/incoming.ts'
import { importOriginKey } from '../../src/origin/mac.ts'
import type { Outcome } from '../../src/origin/outcome.ts'
import { createMemoryReplayStore } from '../../src/origin/replay-memory.ts'
import { createVerifier, type Verifier } from '../../src/origin/verifier.ts'
import type { Key } from '../../src/signature/keys.ts'
import { createNonceSource } from '../../src/signature/nonce.ts'
import { createSigner } from '../../src/signature/sign.ts'
import type { Received } from '../../src/signature/verify.ts'
import { importSigningKey } from '../../src/signature/webcrypto.ts'
import { portOf } from '../origin/apps.ts'
import { CLIENT, MESSAGE, receive } from '../signature/fixtures.ts'
import { ED25519_KEY, HMAC_KEY } from '../signature/keys-fixture.ts'
import {
  type AlgorithmName,
  type BenchCrypto,
  type Contender,
  createContenders,
} from './signature-contenders.ts'

const ROUNDS = Number(process.argv[2] ?? 40)
/** Calls before the first that counts. */
const WARM = 20_000
const root = new URL('../..', import.meta.url).pathname

function toArrayBuffer(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}

function openNode(key: Key): BenchCrypto {
  const { check } = importOriginKey(key)
  const verify = (data: Uint8Array, signature: Uint8Array): boolean =>
    check(Buffer.from(data).toString('latin1'), signature)
  if (key.kty === 'oct') {
    const secret = createSecretKey(key.k, 'base64url')
    const mac = createHmacMac(secret)
    return {
      alg: 'hmac-sha256',
      sign: mac,
      verify: (data, code) => timingSafeEqual(new Uint8Array(mac(data)), code),
      verifyBase: check,
    }
  }
  const { kty, crv, x, d = '' } = key
  const secret = createPrivateKey({ key: { kty, crv, x, d }, format: 'jwk' })
  return {
    alg: 'ed25519',
    sign: (data) => toArrayBuffer(sign(null, data, secret)),
    verify,
    verifyBase: check,
  }
}

interface Timing {
  readonly name: string
  readonly min: number
  readonly median: number
}

/** Microseconds for one call of each contender, taking turns. */
async function race(contenders: readonly Contender[], times: number, warm = WARM): Promise<Timing[]> {
  const samples = contenders.map((): number[] => [])
  // Compilers need a while, most of all in workerd.
  for (const { run } of contenders) await run(warm)
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, { run }] of contenders.entries()) {
      const start = process.hrtime.bigint()
      await run(times)
      samples[index]?.push(Number(process.hrtime.bigint() - start) / 1000 / times)
    }
  }
  return contenders.map(({ name }, index) => {
    const sorted = (samples[index] ?? []).toSorted((a, b) => a - b)
    return { name, min: sorted[0] ?? Number.NaN, median: sorted[sorted.length >> 1] ?? Number.NaN }
  })
}

function report(title: string, timings: readonly Timing[]): void {
  console.log(`\n${title}${' '.repeat(Math.max(1, 44 - title.length))}min µs   median µs   × ours (min)`)
  for (const { name, min, median } of timings) {
    const ours = timings.find((other) => other.name === `${name.split(':')[0]}: ours`)
    const ratio = ours ? (min / ours.min).toFixed(1) : '–'
    console.log(
      `  ${name.padEnd(40)}${min.toFixed(2).padStart(8)}${median.toFixed(2).padStart(12)}${ratio.padStart(15)}`,
    )
  }
}

async function raceNode(key: Key, alg: AlgorithmName): Promise<void> {
  const contenders = await createContenders(openNode(key), Math.floor(Date.now() / 1000))
  report(
    `Node ${process.version}, ${alg}`,
    await race(contenders, alg === 'ed25519' ? 50 : 300, alg === 'ed25519' ? 1000 : WARM),
  )
}

async function raceReplay(): Promise<void> {
  const nonces = Array.from({ length: 50_000 }, () => randomBytes(16).toString('base64url'))
  const claims: Contender = {
    name: 'replay store: claim of a fresh nonce',
    async run(times) {
      const store = createMemoryReplayStore()
      for (let i = 0; i < times; i++) store.claim(nonces[i] ?? '', 1, 2, 1)
    },
  }
  report('Node, memory', await race([claims], nonces.length, nonces.length))
}

/** The verifier as applications get it: with replay store, on requests that differ. */
async function raceVerifier(): Promise<void> {
  const created = Math.floor(Date.now() / 1000)
  const { keyid, mac } = await importSigningKey(HMAC_KEY)
  const signer = createSigner({ keyid, mac, ttl: 60 })
  const drawNonce = createNonceSource((bytes) => randomFillSync(bytes))
  const requests: Received[] = []
  while (requests.length < 10_000)
    requests.push(receive(MESSAGE, await signer.sign(MESSAGE, { created, nonce: drawNonce() })))
  const open = (): Verifier =>
    createVerifier({ keys: { keys: [HMAC_KEY] }, authority: MESSAGE.authority, now: () => created })
  const contenders = [
    takeTurns('createVerifier().verify with replay store', requests, open, ({ verify }, received) =>
      mustPass(verify(received)),
    ),
    takeTurns('a request of node:http, as it comes', requests, open, (_verifier, received) => {
      // What every server has done before it answers.
      if (toIncoming(received).headers.host === undefined) throw new Error('no host')
    }),
    takeTurns('the same, verified and restored', requests, open, (verifier, received) => {
      const request = toIncoming(received)
      mustPass(admit(request, verifier))
      if (request.headers.host !== CLIENT.host) throw new Error('not restored')
    }),
  ]
  report('Node, whole verifier, hmac-sha256', await race(contenders, 300, requests.length))
}

function mustPass(outcome: Outcome | Promise<Outcome>): void {
  if (outcome instanceof Promise || !outcome.ok) throw new Error('refused a right signature')
}

/** Another request each time; another verifier when they have all been used. */
function takeTurns(
  name: string,
  requests: readonly Received[],
  open: () => Verifier,
  once: (verifier: Verifier, received: Received) => void,
): Contender {
  let verifier = open()
  let at = 0
  return {
    name,
    async run(times) {
      for (let i = 0; i < times; i++) {
        const received = requests[at++]
        if (received) once(verifier, received)
        if (at < requests.length) continue
        at = 0
        verifier = open()
      }
    },
  }
}

const socket = new Socket()

/** A request as Node's parser makes it: its headers are read from the raw ones on first use. */
function toIncoming({ method, target, fields }: Received): IncomingMessage {
  const request = new IncomingMessage(socket)
  request.method = method
  request.url = target
  // Node's own way in, which has no public name.
  Reflect.apply(Reflect.get(request, '_addHeaderLines'), request, [fields, fields.length])
  request.rawHeaders = [...fields]
  return request
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const port = portOf(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function startWorkerd(directory: string, port: number): Promise<ChildProcess> {
  await build({
    entryPoints: [join(root, 'test/bench/signature-worker.ts')],
    outfile: join(directory, 'worker.js'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'es2024',
    mainFields: ['module', 'main'],
    logLevel: 'error',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire('/worker.js');",
    },
  })
  writeFileSync(
    join(directory, 'config.capnp'),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [(name = "worker", esModule = embed "worker.js")],
    compatibilityDate = "2026-09-01"))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]);
`,
  )
  const child = spawn(join(root, 'node_modules/.bin/workerd'), ['serve', join(directory, 'config.capnp')], {
    stdio: 'inherit',
  })
  for (let attempt = 0; attempt < 100; attempt++) {
    const up = await fetch(`http://127.0.0.1:${port}/?times=0`).then(
      (response) => response.ok,
      () => false,
    )
    if (up) return child
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  child.kill()
  throw new Error('workerd did not answer within 10 s')
}

async function raceWorkerd(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-bench-'))
  const port = await freePort()
  const child = await startWorkerd(directory, port)
  try {
    for (const alg of ['hmac-sha256', 'ed25519'] as const) {
      const call = (name: string, times: number): Promise<unknown> =>
        fetch(`http://127.0.0.1:${port}/?${new URLSearchParams({ alg, name, times: String(times) })}`).then(
          (r) => r.json(),
        )
      const names: unknown = await call('', 0)
      if (!Array.isArray(names)) throw new Error('workerd gave no list of contenders')
      const contenders = names
        .map(String)
        .map((name) => ({ name, run: (times: number) => call(name, times).then(() => undefined) }))
      report(
        `workerd, ${alg}`,
        await race(contenders, alg === 'ed25519' ? 200 : 3000, alg === 'ed25519' ? 1000 : WARM),
      )
    }
  } finally {
    child.kill()
    rmSync(directory, { recursive: true })
  }
}

await raceNode(HMAC_KEY, 'hmac-sha256')
await raceNode(ED25519_KEY, 'ed25519')
await raceReplay()
await raceVerifier()
await raceWorkerd()
