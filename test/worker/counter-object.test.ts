import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Count, Counters, Hit } from '../../src/ingress/limits/counters.ts'
import { shardedCounters } from '../../src/ingress/limits/sharded-counters.ts'
import { createHit, describeCounters } from '../contract/counters.ts'

const SHARDS = 3
/** Takes `{shards, hits}` and answers with one `{count}` or `{error}` per hit. */
const HARNESS = `
import { shardedCounters } from './src/ingress/limits/sharded-counters.ts'
import { callCounterObjects } from './src/worker/durable-counters.ts'
export { CounterObject } from './src/worker/counter-object.ts'
export default {
  async fetch(request, env) {
    const { shards, hits } = await request.json()
    const counters = shardedCounters({ shards, call: callCounterObjects(env.COUNTERS) })
    const settled = await Promise.allSettled(counters.hit(hits, 0))
    return Response.json(settled.map(({ value, reason }) => (value ? { count: value } : { error: String(reason) })))
  },
}
`
let script = ''
let storage = ''

beforeAll(async () => {
  const result = await build({
    stdin: { contents: HARNESS, resolveDir: fileURLToPath(new URL('../..', import.meta.url)) },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    external: ['cloudflare:*'],
  })
  script = result.outputFiles[0]?.text ?? ''
  storage = await mkdtemp(join(tmpdir(), 'sallyport-counters-'))
})

afterAll(() => rm(storage, { recursive: true, force: true }))

/** A workerd of its own, with the storage of the test file: what one wrote the next one reads. */
function start(): Miniflare {
  return new Miniflare(
    convertV4MiniflareOptions({
      modules: [{ type: 'ESModule', path: 'worker.js', contents: script }],
      durableObjects: { COUNTERS: { className: 'CounterObject', useSQLite: true } },
      resourcePersistencePath: storage,
      compatibilityDate: '2026-10-20',
    }),
  )
}

type Answer = { readonly count?: Count; readonly error?: string }

async function post(mf: Miniflare, hits: readonly unknown[]): Promise<Answer[]> {
  const body = JSON.stringify({ shards: SHARDS, hits })
  const response = await mf.dispatchFetch('http://edge.example/', { method: 'POST', body })
  return (await response.json()) as Answer[]
}

/** The objects' counters as seen from this process. */
function openCounters(mf: Miniflare): Counters {
  const { shardOf } = shardedCounters({ shards: SHARDS, call: async () => [] })
  return {
    shards: SHARDS,
    shardOf,
    hit(hits: readonly Hit[]) {
      const answers = post(mf, hits)
      return hits.map(async (_, index) => {
        const { count, error } = (await answers)[index] ?? {}
        if (count === undefined) throw new Error(error)
        return count
      })
    },
  }
}

describe('counter object in workerd', () => {
  let mf: Miniflare
  beforeAll(() => {
    mf = start()
  })
  afterAll(() => mf.dispose())

  describeCounters(async () => ({ counters: openCounters(mf) }))

  it('refuses malformed hits by name of the field and counts none of them', async () => {
    const good = createHit({ requests_per_period: 3 })
    const bad = { ...createHit(), key: `${good.key.slice(0, 8)}UPPERCASE` }
    const [first, second] = await post(mf, [good, bad])
    expect(first?.error).toContain('hits[1]: key must be 16 lower-case hex digits')
    expect(second?.error).toBe(first?.error)
    const [after] = await post(mf, [good])
    expect(after?.count?.remaining).toBe(2)
  })
})

describe('counter object that loses its memory', () => {
  /** Waits until the write-behind has taken everything along: the next write is at most one interval away. */
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2500))

  async function restart(before: (mf: Miniflare) => Promise<void>): Promise<Miniflare> {
    const first = start()
    await before(first)
    await first.dispose()
    return start()
  }

  it('remembers counts of long periods and refusals in force, and forgets short counts', async () => {
    const sparse = createHit({ requests_per_period: 10 })
    const busy = createHit({ requests_per_period: 100 })
    const refused = createHit({ requests_per_period: 1, period: 1, mitigation_timeout: 600 })
    const short = createHit({ requests_per_period: 100, period: 10 })
    let until = 0
    const second = await restart(async (mf) => {
      for (let n = 0; n < 40; n++) await post(mf, [busy, short])
      await post(mf, [sparse, refused])
      until = (await post(mf, [refused]))[0]?.count?.until ?? 0
      await settle()
    })
    const answers = await post(second, [sparse, busy, refused, short])
    await second.dispose()
    expect(answers.map(({ count }) => count?.remaining)).toEqual([8, 59, 0, 99])
    expect(answers[2]?.count?.until).toBe(until)
    expect(until).toBeGreaterThan(0)
  })

  it('has written the first request after a pause by the time it is answered', async () => {
    const hit = createHit({ requests_per_period: 10 })
    const second = await restart(async (mf) => {
      await post(mf, [hit])
    })
    const [answer] = await post(second, [hit])
    await second.dispose()
    expect(answer?.count?.remaining).toBe(8)
  })

  it('remembers across an eviction in the same process', async () => {
    const hit = createHit({ requests_per_period: 10 })
    const short = createHit({ requests_per_period: 10, period: 10, key: `${hit.key.slice(0, 8)}00000000` })
    const mf = start()
    const { shardOf } = openCounters(mf)
    await post(mf, [hit, hit, hit, short])
    await mf.unsafeEvictDurableObject('', 'CounterObject', { name: `limits:v1:${shardOf(hit.key)}` })
    const answers = await post(mf, [hit, short])
    await mf.dispose()
    expect(answers.map(({ count }) => count?.remaining)).toEqual([6, 9])
  })
})
