/**
 * The edge on this machine: the Worker in workerd with local KV, Durable Objects and Analytics Engine.
 * @module
 */
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import { BASELINE_MODULE, bundleWorker } from './bundle-worker.ts'

export interface LocalEdgeOptions {
  /** The compiled policy. */
  readonly bundle: Uint8Array
  /** The edge's JWK Set; none shows what a deployment without keys does. */
  readonly keys: string | undefined
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** Called with each line the Worker logs: decision records are JSON. */
  readonly onLine?: (line: string) => void
  readonly shards?: number
  /** Public JWK Set that live policy must be signed for; none: the edge does not read KV. */
  readonly policyKeys?: string
  /** Of the operator API; none: it is off. */
  readonly operatorToken?: string
  /** Further variables of the Worker, for tests. */
  readonly variables?: Readonly<Record<string, string>>
}

/** The Workers KV API, from outside the Worker. */
export type LocalKv = Awaited<ReturnType<Miniflare['getKVNamespace']>>

export interface LocalEdge {
  readonly url: string
  /** The namespace `RULES` of the Worker: in memory, gone with the edge. */
  kv(): Promise<LocalKv>
  stop(): Promise<void>
}

/** Settings that must be those of `wrangler.toml`: a test holds the two against each other. */
export const COMPATIBILITY = {
  date: '2026-10-20',
  flags: ['enable_request_signal', 'request_signal_passthrough'],
} as const

/** KV on this machine is never stale, and nobody pays for reads: look each second. */
function liveVariables(policyKeys: string): Readonly<Record<string, string>> {
  return { SALLYPORT_POLICY_KEYS: policyKeys, POLICY_REFRESH_SECONDS: '1' }
}

/** The Worker's own objects, as `wrangler.toml` binds them. */
export const OBJECTS = {
  COUNTERS: { className: 'CounterObject', useSQLite: true },
  WATCH: { className: 'WatchObject', useSQLite: true },
  CONTROL: { className: 'ControlObject', useSQLite: true },
  CHALLENGES: { className: 'ChallengeObject', useSQLite: true },
} as const

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export async function startLocalEdge(options: LocalEdgeOptions): Promise<LocalEdge> {
  const { onLine } = options
  const before = SIGNALS.map((signal) => process.listeners(signal))
  const instance = new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: 0,
      log: new Log(LogLevel.NONE),
      ...(onLine ? { handleStructuredLogs: ({ message }) => onLine(String(message)) } : {}),
      workers: [
        {
          name: 'sallyport',
          modules: [
            { type: 'ESModule', path: 'worker.mjs', contents: await bundleWorker('local') },
            { type: 'Data', path: BASELINE_MODULE, contents: Buffer.from(options.bundle) },
          ],
          compatibilityDate: COMPATIBILITY.date,
          compatibilityFlags: [...COMPATIBILITY.flags],
          // Straight to workerd: Miniflare's own entry would parse and rewrite the target first.
          unsafeDirectSockets: [{ host: options.host, port: options.port }],
          kvNamespaces: ['RULES'],
          durableObjects: OBJECTS,
          analyticsEngineDatasets: { DECISIONS: { dataset: 'sallyport_decisions' } },
          bindings: {
            COUNTER_SHARDS: String(options.shards ?? 4),
            ...(options.keys === undefined ? {} : { SALLYPORT_KEYS: options.keys }),
            ...(options.policyKeys === undefined ? {} : liveVariables(options.policyKeys)),
            ...(options.operatorToken === undefined
              ? {}
              : { SALLYPORT_OPERATOR_TOKEN: options.operatorToken }),
            ...options.variables,
          },
        },
      ],
    }),
  )
  try {
    await instance.ready
  } catch (error) {
    // A port that is taken, most often. What Miniflare has opened by then would keep this process alive.
    await instance.dispose().catch(() => {})
    throw error
  }
  // Miniflare ends the whole process at a signal; the one who started us wants to stop everything in order.
  SIGNALS.forEach((signal, i) => {
    for (const listener of process.listeners(signal)) {
      if (!before[i]?.includes(listener)) process.off(signal, listener)
    }
  })
  const url = await instance.unsafeGetDirectURL('sallyport')
  return {
    url: url.origin,
    kv: () => instance.getKVNamespace('RULES', 'sallyport'),
    stop: () => instance.dispose(),
  }
}
