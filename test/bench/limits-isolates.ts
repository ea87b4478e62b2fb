/**
 * Several isolates in one workerd, each with a port of its own, and one shard of counters that they share.
 * @module
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { LimitModel } from '../../src/bundle/model.ts'
import { COMPATIBILITY } from '../../src/cli/local/edge.ts'
import { createFolder, freePort, quote, serve, type WorkerdProcess } from './workerd-process.ts'

export interface Isolates extends Omit<WorkerdProcess, 'port'> {
  readonly ports: readonly number[]
  /** Calls of shards so far, of all isolates. */
  calls(): Promise<number>
}

export interface IsolatesOptions {
  readonly code: string
  readonly count: number
  /** What `limits-worker.ts` does with a request; a Worker without counters has none. */
  readonly scheme?: string
  readonly limit?: LimitModel
}

const MODULE = `
import { DurableObject } from 'cloudflare:workers'
import { NaiveCounts } from './test/bench/limits-worker.ts'
export { default } from './test/bench/limits-worker.ts'
export { CounterObject } from './src/worker/counter-object.ts'
export class NaiveCounter extends DurableObject {
  #counts = new NaiveCounts()
  hit(...hit) { return this.#counts.hit(...hit) }
}
`

export async function bundleLimitsWorker(): Promise<string> {
  const result = await build({
    stdin: { contents: MODULE, resolveDir: fileURLToPath(new URL('../..', import.meta.url)) },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    external: ['cloudflare:*'],
  })
  return result.outputFiles[0]?.text ?? ''
}

export async function startIsolates(options: IsolatesOptions): Promise<Isolates> {
  const folder = createFolder()
  writeFileSync(join(folder, 'worker.mjs'), options.code)
  const ports: number[] = []
  for (let i = 0; i < options.count; i++) ports.push(await freePort())
  const workerd = await serve(folder, configure(options, ports, folder), ports[0] ?? 0)
  return {
    ports,
    cpu: workerd.cpu,
    memory: workerd.memory,
    stop: workerd.stop,
    async calls() {
      if (options.scheme === undefined) return 0
      const each = ports.map(async (port) => {
        const response = await fetch(`http://127.0.0.1:${port}/-/calls`)
        return ((await response.json()) as { calls: number }).calls
      })
      return (await Promise.all(each)).reduce((sum, calls) => sum + calls, 0)
    },
  }
}

function configure({ scheme, limit }: IsolatesOptions, ports: readonly number[], folder: string): string {
  const common = `modules = [(name = "worker.mjs", esModule = embed "worker.mjs")],
  compatibilityDate = "${COMPATIBILITY.date}",
  compatibilityFlags = [${COMPATIBILITY.flags.map(quote).join(', ')}],`
  const bindings =
    scheme === undefined
      ? ''
      : `bindings = [
    (name = "SCHEME", text = ${quote(scheme)}),
    (name = "LIMIT", text = ${quote(JSON.stringify(limit))}),
    (name = "COUNTERS", durableObjectNamespace = (className = "CounterObject", serviceName = "counters")),
    (name = "NAIVE", durableObjectNamespace = (className = "NaiveCounter", serviceName = "counters")),
  ],`
  const services = ports.map((_, i) => `(name = "isolate${i}", worker = .isolate),`)
  if (scheme !== undefined) services.push('(name = "counters", worker = .counters),')
  const sockets = ports.map(
    (port, i) => `(name = "http${i}", address = "127.0.0.1:${port}", http = (), service = "isolate${i}"),`,
  )
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    ${services.join('\n    ')}
    (name = "state", disk = (path = ${quote(join(folder, 'state'))}, writable = true)),
  ],
  sockets = [${sockets.join('\n    ')}],
);
const isolate :Workerd.Worker = (
  ${common}
  ${bindings}
);
const counters :Workerd.Worker = (
  ${common}
  ${scheme === undefined ? '' : COUNTERS}
);
`
}

const COUNTERS = `durableObjectNamespaces = [
    (className = "CounterObject", uniqueKey = "counters", enableSql = true),
    (className = "NaiveCounter", uniqueKey = "naive", enableSql = true),
  ],
  durableObjectStorage = (localDisk = "state"),`
