/**
 * Bare workerd processes for benchmarks: a worker on a socket of its own, without Miniflare's entry before it.
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { COMPATIBILITY } from '../../src/cli/local/edge.ts'

const root = new URL('../..', import.meta.url).pathname

export interface BenchWorker {
  readonly code: string
  /** The compiled policy, for workers that import one. */
  readonly bundle?: Uint8Array
  readonly bindings?: Readonly<Record<string, string>>
  readonly counters?: boolean
}

export interface WorkerdProcess {
  readonly port: number
  /** CPU time so far, user and system, in microseconds. */
  cpu(): number
  /** Resident memory in bytes. */
  memory(): number
  stop(): void
}

/** Microseconds per clock tick of /proc (USER_HZ is 100 on every Linux). */
const TICK = 10_000
/** Bytes per page of memory: 4 KiB on x86-64 and on most arm64. */
const PAGE = 4096

export async function startWorkerd(worker: BenchWorker): Promise<WorkerdProcess> {
  const folder = createFolder()
  const port = await freePort()
  writeFileSync(join(folder, 'worker.mjs'), worker.code)
  if (worker.bundle) writeFileSync(join(folder, 'baseline.bin'), worker.bundle)
  return serve(folder, configure(worker, port, folder), port)
}

/** A folder of its own for a workerd, with one for what it stores. */
export function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'))
  mkdirSync(join(folder, 'state'))
  return folder
}

/** Runs workerd until `stop`, which removes the folder. @param port A port of the configuration. */
export async function serve(folder: string, config: string, port: number): Promise<WorkerdProcess> {
  writeFileSync(join(folder, 'config.capnp'), config)
  const child = spawn(join(root, 'node_modules/.bin/workerd'), ['serve', join(folder, 'config.capnp')], {
    stdio: 'ignore',
  })
  const pid = await findWorkerd(child)
  await untilOpen(port)
  return {
    port,
    memory: () => Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE,
    cpu: () => {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ')
      return (Number(fields[11]) + Number(fields[12])) * TICK
    },
    stop: () => {
      // The launcher does not pass signals on to the binary it started.
      process.kill(pid, 'SIGKILL')
      child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function configure(worker: BenchWorker, port: number, folder: string): string {
  const bindings = Object.entries(worker.bindings ?? {}).map(
    ([name, text]) => `(name = ${quote(name)}, text = ${quote(text)})`,
  )
  if (worker.counters) bindings.push('(name = "COUNTERS", durableObjectNamespace = "CounterObject")')
  const modules = ['(name = "worker.mjs", esModule = embed "worker.mjs")']
  if (worker.bundle) modules.push('(name = "baseline.bin", data = embed "baseline.bin")')
  const objects = worker.counters
    ? `durableObjectNamespaces = [(className = "CounterObject", uniqueKey = "bench", enableSql = true)],
  durableObjectStorage = (localDisk = "state"),`
    : ''
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["public", "private", "local"])),
    (name = "state", disk = (path = ${quote(join(folder, 'state'))}, writable = true)),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [${modules.join(', ')}],
  compatibilityDate = "${COMPATIBILITY.date}",
  compatibilityFlags = [${COMPATIBILITY.flags.map(quote).join(', ')}],
  bindings = [${bindings.join(', ')}],
  ${objects}
);
`
}

/** A capnp text literal: its escapes are those of JSON for what is used here. */
export function quote(text: string): string {
  return JSON.stringify(text)
}

/** The npm launcher may be a script that starts the real binary: the child of the child counts. */
async function findWorkerd(child: ChildProcess): Promise<number> {
  const pid = child.pid ?? 0
  await new Promise((resolve) => setTimeout(resolve, 300))
  const below = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]
  return below === undefined || below === '' ? pid : Number(below)
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

async function untilOpen(port: number): Promise<void> {
  for (let i = 0; i < 100; i++) {
    try {
      await fetch(`http://127.0.0.1:${port}/`)
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  throw new Error('workerd did not open its socket')
}
