import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BASELINE_MODULE, bundleWorker } from '../../src/cli/local/bundle-worker.ts'
import { COMPATIBILITY, type LocalKv } from '../../src/cli/local/edge.ts'
import { createLocalKeys, createLocalPolicyKeys } from '../../src/cli/local/keys.ts'
import { ask, type Reply } from './exchange.ts'
import { compile } from './open-edge.ts'
import { publishTo } from './publish-to.ts'

/** The Worker with a KV that can be broken: what is posted to `/-/kv` is how it behaves from then on. */
const BREAKABLE = `
import edge from './sallyport.mjs'
export { CounterObject } from './sallyport.mjs'
let state = 'well'
const breakable = (kv) => ({
  get(...of) {
    if (state === 'well') return kv.get(...of)
    return state === 'hanging' ? new Promise(() => {}) : Promise.reject(new Error('KV is down'))
  },
})
export default {
  async fetch(request, env, context) {
    if (!request.url.endsWith('/-/kv')) return edge.fetch(request, { ...env, RULES: breakable(env.RULES) }, context)
    state = await request.text()
    return new Response('')
  },
}
`
const ROUTE = `routes:
  - { id: site, hosts: [127.0.0.1], path: /, respond: { status: 200, content_type: text/plain, body: hello } }
`
const LIMIT = `limits:
  - { id: few, characteristics: [ip.src], period: 1h, requests_per_period: 3, mitigation_timeout: 1h, mode: enforce }
`
const policyKeys = createLocalPolicyKeys()
let worker: Miniflare
let url = ''

beforeAll(async () => {
  const bundle = await compile({ 'routes/a.yaml': ROUTE, 'limits.yaml': 'limits: []\n' })
  worker = new Miniflare(
    convertV4MiniflareOptions({
      log: new Log(LogLevel.NONE),
      handleStructuredLogs: () => {},
      workers: [
        {
          name: 'sallyport',
          modules: [
            { type: 'ESModule', path: 'worker.mjs', contents: BREAKABLE },
            { type: 'ESModule', path: 'sallyport.mjs', contents: await bundleWorker('local') },
            { type: 'Data', path: BASELINE_MODULE, contents: Buffer.from(bundle) },
          ],
          compatibilityDate: COMPATIBILITY.date,
          compatibilityFlags: [...COMPATIBILITY.flags],
          unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
          kvNamespaces: ['RULES'],
          durableObjects: { COUNTERS: { className: 'CounterObject', useSQLite: true } },
          bindings: {
            SALLYPORT_KEYS: createLocalKeys().edge,
            SALLYPORT_POLICY_KEYS: policyKeys.verify,
            POLICY_REFRESH_SECONDS: '1',
          },
        },
      ],
    }),
  )
  await worker.ready
  url = (await worker.unsafeGetDirectURL('sallyport')).origin
  await publishLimit()
})
afterAll(() => worker.dispose())

const get = (ip: string): Promise<Reply> => ask(url, { headers: { 'sallyport-simulate': `ip=${ip}` } })
const turn = (state: string): Promise<Reply> => ask(url, { method: 'POST', target: '/-/kv', body: state })
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function statuses(ip: string, count: number): Promise<number[]> {
  const all: number[] = []
  for (let n = 0; n < count; n++) all.push((await get(ip)).status)
  return all
}

/** Publishes the limit, and asks until the isolate runs it. */
async function publishLimit(): Promise<void> {
  const kv: LocalKv = await worker.getKVNamespace('RULES', 'sallyport')
  const files = { 'routes/a.yaml': ROUTE, 'limits.yaml': LIMIT }
  await publishTo({ kv, keys: policyKeys.sign, action: { kind: 'publish' }, files })
  for (let look = 0; look < 100; look++) {
    if ((await statuses(`198.51.100.${look}`, 4)).includes(429)) return
    await sleep(200)
  }
  throw new Error('the policy did not arrive')
}

describe('limits that were published', () => {
  test.each(['broken', 'hanging'])(
    'go on, refusals too, while KV is %s',
    { timeout: 60_000 },
    async (state) => {
      const refused = state === 'broken' ? '203.0.113.1' : '203.0.113.2'
      expect(await statuses(refused, 4)).toEqual([200, 200, 200, 429])
      await turn(state)
      // Older than the policy may get without a look at KV.
      await sleep(1500)
      expect(await statuses(refused, 3)).toEqual([429, 429, 429])
      await sleep(1500)
      const fresh = state === 'broken' ? '203.0.113.3' : '203.0.113.4'
      expect(await statuses(fresh, 4)).toEqual([200, 200, 200, 429])
      await turn('well')
    },
  )
})
