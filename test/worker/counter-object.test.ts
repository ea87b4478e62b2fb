import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer, CounterShards, Report, Settlement } from '../../src/ingress/limits/exchange.ts'
import { createMessage, createReport, describeCounterShards } from '../contract/counter-shards.ts'

/** Takes `{name, message}` and answers with `{settlement}` or `{error}`; `/abort` ends the object of that name. */
const HARNESS = `
import { durableShards } from './src/worker/counter-shards.ts'
import { CounterObject as Counter } from './src/worker/counter-object.ts'
export class CounterObject extends Counter {
  abort() { this.ctx.abort('told to') }
  plant(bytes) {
    this.ctx.storage.sql.exec('CREATE TABLE IF NOT EXISTS settlement (id INTEGER PRIMARY KEY CHECK (id = 1), packed BLOB NOT NULL)')
    this.ctx.storage.sql.exec('INSERT OR REPLACE INTO settlement VALUES (1, ?)', new Uint8Array(bytes).buffer)
  }
  rows() {
    return this.ctx.storage.sql.exec('SELECT length(packed) AS bytes FROM settlement').toArray().map(({ bytes }) => bytes)
  }
}
export default {
  async fetch(request, env) {
    const { name, message, bytes } = await request.json()
    const { pathname } = new URL(request.url)
    try {
      const stub = env.COUNTERS.getByName(name)
      if (pathname === '/rows') return Response.json({ rows: await stub.rows() })
      if (pathname === '/plant') return Response.json({ planted: await stub.plant(bytes) })
      if (pathname === '/abort') return Response.json({ aborted: await stub.abort() })
      return Response.json({ settlement: await durableShards(env.COUNTERS).exchange(name, message, 0) })
    } catch (error) {
      return Response.json({ error: String(error) })
    }
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

interface Reply {
  readonly settlement?: Settlement
  readonly error?: string
  readonly rows?: readonly number[]
}

async function post(mf: Miniflare, path: string, body: object): Promise<Reply> {
  const response = await mf.dispatchFetch(`http://edge.example${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  })
  return (await response.json()) as Reply
}

/** The objects as seen from this process. */
function openShards(mf: Miniflare): CounterShards {
  return {
    async exchange(name, message) {
      const { settlement, error } = await post(mf, '/', { name, message })
      if (settlement === undefined) throw new Error(error)
      return settlement
    },
  }
}

let seq = 0

/** One report of one isolate, with a number above all earlier ones. */
async function say(
  mf: Miniflare,
  name: string,
  isolate: number,
  reports: readonly Report[],
): Promise<readonly Answer[]> {
  const settlement = await openShards(mf).exchange(name, createMessage(isolate, ++seq, reports), 0)
  return settlement.answers
}

describe('counter object in workerd', () => {
  let mf: Miniflare
  beforeAll(() => {
    mf = start()
  })
  afterAll(() => mf.dispose())

  describeCounterShards(async () => ({ shards: openShards(mf) }))

  it('refuses a message that is out of bounds by name of the field, and counts none of it', async () => {
    const good = createReport({ used: 10 })
    const bad = { ...createReport(), used: -1 }
    const { error } = await post(mf, '/', { name: 'bounds', message: createMessage(1, 1, [good, bad]) })
    expect(error).toContain('reports[1]: used must be a whole number from 0')
    const [after] = await say(mf, 'bounds', 2, [{ ...good, used: 0 }])
    expect(after?.room).toBe(100)
  })

  it('keeps the last row within 512 KiB however many keys there are', async () => {
    for (let batch = 0; batch < 40; batch++) {
      const reports = Array.from({ length: 256 }, () => createReport({ used: 20 }))
      await say(mf, 'many', 1, reports)
    }
    await new Promise((resolve) => setTimeout(resolve, 2500))
    const { rows } = await post(mf, '/rows', { name: 'many' })
    expect(rows).toHaveLength(1)
    expect(rows?.[0]).toBeGreaterThan(500 * 1024)
    expect(rows?.[0]).toBeLessThanOrEqual(512 * 1024)
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

  const SHORT = { period: 10 }

  it('remembers counts of long periods and refusals in force, and forgets short counts', async () => {
    const busy = createReport({ used: 1 })
    const sparse = createReport({ used: 1 })
    const refused = createReport({ used: 100, want: 1, terms: { period: 1, mitigation: 600, longest: 600 } })
    const short = createReport({ terms: SHORT })
    let refusedFor = 0
    const second = await restart(async (mf) => {
      for (let used = 1; used <= 40; used++) await say(mf, 'restart', 1, [{ ...busy, used }])
      await say(mf, 'restart', 1, [sparse, { ...short, used: 50 }])
      refusedFor = (await say(mf, 'restart', 1, [refused]))[0]?.refusedFor ?? 0
      await settle()
    })
    // Another isolate looks, so that nothing is told again.
    const probes = [busy, sparse, refused, short].map((report) => ({ ...report, used: 0 }))
    const answers = await say(second, 'restart', 2, probes)
    await second.dispose()
    expect(answers.map(({ room }) => room)).toEqual([60, 99, 0, 100])
    expect(answers[2]?.refusedFor).toBeGreaterThan(580_000)
    expect(answers[2]?.refusedFor).toBeLessThan(refusedFor)
  })

  it('does not count twice what an isolate reports again, as its place is remembered too', async () => {
    const report = createReport({ used: 30 })
    const second = await restart(async (mf) => {
      await say(mf, 'again', 1, [report])
    })
    const [answer] = await say(second, 'again', 1, [{ ...report, used: 31 }])
    await second.dispose()
    expect(answer?.room).toBe(69)
  })

  it('has written the first report after a pause by the time it is answered', async () => {
    const report = createReport({ used: 1 })
    const second = await restart(async (mf) => {
      await say(mf, 'sparse', 1, [report])
    })
    const [answer] = await say(second, 'sparse', 2, [{ ...report, used: 0 }])
    await second.dispose()
    expect(answer?.room).toBe(99)
  })

  it('remembers across an eviction in the same process', async () => {
    const report = createReport({ used: 3 })
    const short = createReport({ used: 3, terms: SHORT })
    const mf = start()
    await say(mf, 'evict', 1, [report, short])
    await mf.unsafeEvictDurableObject('', 'CounterObject', { name: 'evict' })
    const answers = await say(mf, 'evict', 2, [report, short])
    await mf.dispose()
    expect(answers.map(({ room }) => room)).toEqual([94, 97])
  })

  it('goes on after it was aborted in the middle of a flood, and is healed by the next reports', async () => {
    const report = createReport({ terms: { limit: 1000 } })
    const mf = start()
    await say(mf, 'abort', 1, [{ ...report, used: 100 }])
    // Within the interval: not written when the object dies.
    await say(mf, 'abort', 1, [{ ...report, used: 400 }])
    const { error } = await post(mf, '/abort', { name: 'abort' })
    expect(error).toContain('told to')
    const [lost] = await say(mf, 'abort', 2, [{ ...report, used: 50 }])
    const [healed] = await say(mf, 'abort', 1, [{ ...report, used: 410 }])
    await mf.dispose()
    expect(lost?.room).toBe(1000 - 100 - 50)
    expect(healed?.room).toBe(1000 - 410 - 50)
  })

  it('catches one guess in 15 seconds, each from another isolate, though it sleeps in between', async () => {
    const report = createReport({ want: 1, terms: { limit: 4, strict: true } })
    const mf = start()
    const grants: number[] = []
    for (let guess = 1; guess <= 6; guess++) {
      const [answer] = await say(mf, 'slow', guess, [report])
      grants.push(answer?.grant ?? -1)
      await mf.unsafeEvictDurableObject('', 'CounterObject', { name: 'slow' })
    }
    await mf.dispose()
    expect(grants).toEqual([1, 1, 1, 1, 0, 0])
  })

  it('still counts after eleven idle seconds, in which workerd takes its memory', async () => {
    const report = createReport({ used: 7 })
    const mf = start()
    await say(mf, 'idle', 1, [report])
    await new Promise((resolve) => setTimeout(resolve, 11_000))
    const [answer] = await say(mf, 'idle', 2, [{ ...report, used: 1 }])
    await mf.dispose()
    expect(answer?.room).toBe(92)
  })

  it.each([
    ['of an older layout', [1, 0, 0x57, 0x53, 1, 0, 0, 0, ...new Array(32).fill(7)]],
    ['of no layout', [255, 1, 2]],
    ['that is empty', []],
  ])('begins anew on a row %s', async (kind, bytes) => {
    const report = createReport({ used: 5 })
    const name = `planted ${kind}`
    const second = await restart(async (mf) => {
      await post(mf, '/plant', { name, bytes })
    })
    const [answer] = await say(second, name, 1, [report])
    await second.dispose()
    expect(answer?.room).toBe(95)
  })

  it('deletes its row when nothing that lasts is left', async () => {
    const mf = start()
    const refused = createReport({ used: 100, want: 1, terms: { period: 1, mitigation: 3, longest: 3 } })
    await say(mf, 'gone', 1, [refused])
    await say(mf, 'gone', 1, [refused])
    const before = await post(mf, '/rows', { name: 'gone' })
    await settle()
    const after = await post(mf, '/rows', { name: 'gone' })
    await mf.dispose()
    expect([before.rows?.length, after.rows?.length]).toEqual([1, 0])
  })

  it('deletes a row that it cannot use', async () => {
    const second = await restart(async (mf) => {
      await post(mf, '/plant', { name: 'useless', bytes: [1, 2, 3] })
    })
    const { rows } = await post(second, '/rows', { name: 'useless' })
    await second.dispose()
    expect(rows).toEqual([])
  })
})
