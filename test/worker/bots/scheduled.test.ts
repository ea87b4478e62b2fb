import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, Response } from 'miniflare'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { COMPATIBILITY } from '../../../src/cli/local/edge.ts'
import { list, networks } from './world.ts'

type Answer = () => Response

const KEY = 'bots/data'
/** The Internet. What is not here cannot be reached. */
const pages = new Map<string, Answer>()
const asked: string[] = []
const lines: string[] = []
let worker: Miniflare

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('scheduled-worker.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
  })
  return outputFiles[0]?.text ?? ''
}

beforeAll(async () => {
  worker = new Miniflare(
    convertV4MiniflareOptions({
      log: new Log(LogLevel.NONE),
      handleStructuredLogs: ({ message }) => void lines.push(String(message)),
      workers: [
        {
          name: 'bots',
          modules: [{ type: 'ESModule', path: 'worker.mjs', contents: await bundle() }],
          compatibilityDate: COMPATIBILITY.date,
          compatibilityFlags: [...COMPATIBILITY.flags],
          kvNamespaces: ['RULES'],
          bindings: { IDS: 'a,b,c' },
          outboundService({ url }) {
            asked.push(url)
            const page = pages.get(url)
            if (!page) throw new Error('nobody there')
            return page()
          },
        },
      ],
    }),
  )
  await worker.ready
})
afterAll(() => worker.dispose())

const url = (id: string): string => `https://${id}.example/list`

async function runCron(): Promise<{ readonly found: string; readonly failed: readonly unknown[] }> {
  const before = lines.length
  const cron = await worker.getWorker('bots')
  await cron.scheduled({ cron: '23 */6 * * *' })
  for (let i = 0; i < 100 && lines.length === before; i++) await new Promise((go) => setTimeout(go, 20))
  return JSON.parse(lines.at(-1) ?? '{}')
}

async function get(path: string): Promise<unknown> {
  return (await worker.dispatchFetch(`http://edge.example${path}`)).json()
}

const report = (...ips: readonly string[]): Promise<unknown> => get(`/report?ip=${ips.join(',')}`)

describe('the cron in workerd', () => {
  test('fetches, keeps what fails, and refuses what was forged', async () => {
    pages.set(url('a'), () => new Response(list(...networks(100))))
    pages.set(url('b'), () => new Response(list('6.1.0.0/24', '2600:1f00::/48')))
    pages.set(url('c'), () => new Response(null, { status: 302, headers: { location: '/moved' } }))
    pages.set('https://c.example/moved', () => new Response(list('7.1.0.0/24')))
    expect(await runCron()).toMatchObject({
      found: 'absent',
      written: true,
      lists: 4,
      failed: [{ id: 'https://agent.example' }],
    })
    const ips = ['5.0.7.1', '2600:1f00::1', '7.1.0.1', '8.8.8.8']
    const findings = ['inside', 'inside', 'inside', 'outside']
    expect(await report(...ips)).toMatchObject({
      store: 'good',
      findings,
      ranges: [{ id: 'a', count: 100 }, {}, {}],
    })

    // All that can go wrong at once: shrunk, garbage, gone.
    pages.set(url('a'), () => new Response(list('5.0.0.0/24')))
    pages.set(url('b'), () => new Response('<!doctype html>'))
    pages.delete(url('c'))
    expect(await runCron()).toMatchObject({
      found: 'good',
      failed: [
        { id: 'a', why: 'shrank' },
        { id: 'b', why: 'malformed' },
        { id: 'c', why: 'http-500' },
        { id: 'https://agent.example' },
      ],
    })
    expect(await report(...ips)).toMatchObject({ store: 'good', findings })

    const kv = await worker.getKVNamespace('RULES', 'bots')
    const value = new Uint8Array((await kv.get(KEY, 'arrayBuffer')) ?? new ArrayBuffer(0))
    value[100] = (value[100] ?? 0) ^ 1
    await kv.put(KEY, value)
    const unknown = ['unknown', 'unknown', 'unknown', 'unknown']
    expect(await report(...ips)).toMatchObject({ store: 'bad-mac', findings: unknown })
    pages.set(url('a'), () => new Response(list('5.0.0.0/24')))
    expect(await runCron()).toMatchObject({ found: 'bad-mac', written: true })
    expect(await report('5.0.0.1')).toMatchObject({ store: 'good', findings: ['inside'] })
  })
})

describe('reverse DNS in workerd', () => {
  const dns = (name: string, type: string): string =>
    `https://resolver.example/dns-query?name=${name}&type=${type}`
  const answer = (name: string, type: number, data: string) => (): Response =>
    Response.json({ Status: 0, Answer: [{ name, type, TTL: 60, data }] })

  test('is found behind an answer, and shared through a cache of its own', async () => {
    pages.set(
      dns('1.66.249.66.in-addr.arpa', 'PTR'),
      answer('1.66.249.66.in-addr.arpa', 12, 'a.googlebot.com.'),
    )
    pages.set(dns('a.googlebot.com', 'A'), answer('a.googlebot.com', 1, '66.249.66.1'))
    expect(await get('/dns?ip=66.249.66.1')).toEqual(['pending', 'confirmed'])
    expect(await get('/dns?ip=66.249.66.1')).toEqual(['confirmed', 'confirmed'])
    const before = asked.length
    expect(await get('/dns?ip=66.249.66.1&fresh')).toEqual(['pending', 'confirmed'])
    expect(asked.length).toBe(before)
  })

  test('is unknown while the resolver is down', async () => {
    expect(await get('/dns?ip=66.249.66.2')).toEqual(['pending', 'unknown'])
  })
})
