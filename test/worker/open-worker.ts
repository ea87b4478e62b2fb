/** The Worker in workerd in ways that `npm start` has no need of: the deployed entry, counters that fail. */
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import { BASELINE_MODULE, bundleWorker } from '../../src/cli/local/bundle-worker.ts'
import { COMPATIBILITY } from '../../src/cli/local/edge.ts'
import { createLog, type EdgeLog } from './open-edge.ts'

export interface WorkerOptions {
  readonly entry: 'index' | 'local'
  readonly bundle: Uint8Array
  readonly keys: string
  /** The body of the counter object's `exchange`, in place of the real one's. */
  readonly exchange?: string
}

export interface OpenWorker {
  readonly url: string
  readonly log: EdgeLog
  stop(): Promise<void>
}

const withCounters = (exchange: string): string => `
import edge from './sallyport.mjs'
import { DurableObject } from 'cloudflare:workers'
export class CounterObject extends DurableObject {
  async exchange(message) { ${exchange} }
}
export default edge
`

export async function openWorker({ entry, bundle, keys, exchange }: WorkerOptions): Promise<OpenWorker> {
  const log = createLog()
  const sallyport = { type: 'ESModule' as const, path: 'sallyport.mjs', contents: await bundleWorker(entry) }
  const baseline = { type: 'Data' as const, path: BASELINE_MODULE, contents: Buffer.from(bundle) }
  const modules =
    exchange === undefined
      ? [sallyport, baseline]
      : [
          { type: 'ESModule' as const, path: 'worker.mjs', contents: withCounters(exchange) },
          sallyport,
          baseline,
        ]
  const instance = new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: 0,
      log: new Log(LogLevel.NONE),
      handleStructuredLogs: ({ message }) => log.add(String(message)),
      workers: [
        {
          name: 'sallyport',
          modules,
          compatibilityDate: COMPATIBILITY.date,
          compatibilityFlags: [...COMPATIBILITY.flags],
          unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
          durableObjects: { COUNTERS: { className: 'CounterObject', useSQLite: true } },
          bindings: { SALLYPORT_KEYS: keys },
        },
      ],
    }),
  )
  await instance.ready
  const url = await instance.unsafeGetDirectURL('sallyport')
  return { url: url.origin, log, stop: () => instance.dispose() }
}
