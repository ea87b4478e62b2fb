import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { IssuedChallenge } from '../../src/ingress/challenge/offer.ts'
import { proofForm } from '../ingress/challenge/challenge-world.ts'

/**
 * A site with nothing but challenges, as two Workers that share the objects: two isolates. `/spend` asks an object
 * as told; `/rows` and `/alarm` look at one.
 */
const HARNESS = `
import { createChallenge } from './src/ingress/challenge/challenge.ts'
import { DEFAULT_CHALLENGE } from './src/bundle/default-challenge.ts'
import { ChallengeObject as Real } from './src/worker/challenge-object.ts'
import { answerSolution } from './src/worker/challenge-endpoint.ts'
import { durableSpend } from './src/worker/challenge-shards.ts'
import { readRequest } from './src/worker/read-request.ts'
import { drawNonce } from './src/worker/signing.ts'
import { startTimer } from './src/worker/start-timer.ts'
import { parseAddress } from './src/net/address.ts'
export class ChallengeObject extends Real {
  count() { return this.ctx.storage.sql.exec('SELECT count(*) AS rows FROM redeemed').one().rows }
  age(seconds) { this.ctx.storage.sql.exec('UPDATE redeemed SET expires = expires - ?', seconds) }
  wake() { return this.alarm() }
  async nextAlarm() { return this.ctx.storage.getAlarm() }
}
const model = { ...DEFAULT_CHALLENGE, bits: { least: 2, most: 4 }, wait: 1 }
let challenge
export default {
  async fetch(request, env) {
    challenge ??= createChallenge({
      model, relays: [], secrets: [new Uint8Array(32).fill(3)],
      spend: durableSpend(env.CHALLENGES, { timer: startTimer, draw: drawNonce }),
    })
    const { pathname, searchParams } = new URL(request.url)
    if (pathname === '/object') {
      const { name, method, args } = await request.json()
      try {
        return Response.json({ value: await env.CHALLENGES.getByName(name)[method](...args) })
      } catch (error) {
        return Response.json({ error: String(error) })
      }
    }
    // What sends requests in this test says that it is a script, and names no host.
    const headers = new Headers(request.headers)
    headers.set('host', 'app.example')
    if (headers.has('x-navigation')) headers.set('sec-fetch-mode', 'navigate')
    request = new Request(request, { headers })
    const facts = readRequest(request, (headers) => ({ address: parseAddress(headers.get('x-address') ?? '192.0.2.1') }))
    const now = Date.now()
    if (pathname === '/.sallyport/challenge')
      return answerSolution({ facts, requestId: 'r', now, clock: Date.now, text: () => request.text(), timer: startTimer, draw: drawNonce }, challenge)
    const level = Number(searchParams.get('level') ?? 2)
    if (challenge.isCleared(facts, now, level)) return Response.json({ cleared: true })
    return Response.json(challenge.issue(facts, level, 0, now, drawNonce))
  },
}
`
const COMPATIBILITY_DATE = '2026-10-20'
let script = ''
let storage = ''
let mf: Miniflare

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
  storage = await mkdtemp(join(tmpdir(), 'sallyport-challenges-'))
  mf = start()
})

afterAll(async () => {
  await mf.dispose()
  await rm(storage, { recursive: true, force: true })
})

function start(): Miniflare {
  const worker = (name: string, objects: object) => ({
    name,
    modules: [{ type: 'ESModule' as const, path: 'worker.js', contents: script }],
    durableObjects: { CHALLENGES: { className: 'ChallengeObject', useSQLite: true, ...objects } },
    compatibilityDate: COMPATIBILITY_DATE,
  })
  return new Miniflare(
    convertV4MiniflareOptions({
      resourcePersistencePath: storage,
      workers: [worker('one', {}), worker('two', { scriptName: 'one' })],
    }),
  )
}

const ORIGIN = 'https://app.example'
type Isolate = 'one' | 'two'

async function ask(isolate: Isolate, path: string, init: Record<string, unknown> = {}) {
  const worker = await mf.getWorker(isolate)
  return worker.fetch(`${ORIGIN}${path}`, { redirect: 'manual', ...init })
}

async function issue(isolate: Isolate = 'one', path = '/page'): Promise<IssuedChallenge> {
  return (await (await ask(isolate, path)).json()) as IssuedChallenge
}

function redeem(isolate: Isolate, form: object, headers: Record<string, string> = {}) {
  const body = new URLSearchParams({ ...form } as Record<string, string>).toString()
  const type = 'application/x-www-form-urlencoded'
  return ask(isolate, '/.sallyport/challenge', {
    method: 'POST',
    headers: { 'content-type': type, 'content-length': String(body.length), ...headers },
    body,
  })
}

async function callObject(name: string, method: string, ...args: unknown[]): Promise<unknown> {
  const response = await ask('one', '/object', {
    method: 'POST',
    body: JSON.stringify({ name, method, args }),
  })
  const { value, error } = (await response.json()) as { value?: unknown; error?: string }
  if (error !== undefined) throw new Error(error)
  return value
}

const cookieOf = (response: { headers: { get(name: string): string | null } }): string =>
  (response.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
const id = (n: number): string => Buffer.from([n, ...new Array(15).fill(0)]).toString('base64url')
const seconds = (): number => Math.floor(Date.now() / 1000)

describe('challenges in workerd', () => {
  it('fifty redemptions of one solution at once, in two isolates, clear one client', async () => {
    for (let round = 0; round < 2; round++) {
      const form = proofForm(await issue(round % 2 === 0 ? 'one' : 'two'))
      const answers = await Promise.all(
        Array.from({ length: 50 }, async (_, i) => {
          const response = await redeem(i % 2 === 0 ? 'one' : 'two', form)
          return response.status === 204 ? 'cleared' : ((await response.json()) as { code: string }).code
        }),
      )
      expect(answers.toSorted()).toEqual(['cleared', ...new Array(49).fill('spent')])
    }
  })

  it('a clearance of one isolate is good in the other, and only at its level', async () => {
    const cookie = cookieOf(await redeem('one', proofForm(await issue('two'))))
    const look = async (level: number): Promise<unknown> =>
      (await ask('two', `/page?level=${level}`, { headers: { cookie } })).json()
    expect(await look(2)).toEqual({ cleared: true })
    expect(await look(3)).toMatchObject({ level: 3 })
  })

  it('who comes too early is kept waiting, and let in', async () => {
    const issued = await issue('one', '/page?level=1')
    const token = issued.offers.find(({ method }) => method === 'wait')?.token
    const headers = { 'x-navigation': '1', accept: 'text/html' }
    const response = await redeem('one', { token, return: issued.returnTo }, headers)
    expect([response.status, response.headers.get('location')]).toEqual([303, '/page?level=1'])
    expect((await redeem('two', { token }, headers)).status).toBe(403)
  })

  it('twenty tabs at once end with one cookie that is good', async () => {
    const tabs = await Promise.all(Array.from({ length: 20 }, (_, i) => issue(i % 2 === 0 ? 'one' : 'two')))
    const answers = await Promise.all(
      tabs.map((issued, i) => redeem(i % 2 === 0 ? 'one' : 'two', proofForm(issued))),
    )
    const jar = new Map(answers.map((answer) => cookieOf(answer).split('=') as [string, string]))
    expect(answers.map(({ status }) => status)).toEqual(new Array(20).fill(204))
    const cookie = [...jar].map((pair) => pair.join('=')).join('; ')
    expect(await (await ask('one', '/page', { headers: { cookie } })).json()).toEqual({ cleared: true })
  })
})

describe('the object', () => {
  it('belongs to the first claim, which may ask again', async () => {
    const spend = (claim: number): Promise<unknown> =>
      callObject('claims', 'spend', id(1), id(claim), seconds() + 300)
    expect([await spend(10), await spend(11), await spend(10), await spend(11)]).toEqual([
      true,
      false,
      true,
      false,
    ])
  })

  it.each([
    ['an id', ['x', id(1), 1]],
    ['a claim', [id(1), 'x', 1]],
    ['a time', [id(1), id(2), 1.5]],
  ])('refuses %s that is none', async (_, args) => {
    await expect(callObject('bad', 'spend', ...args)).rejects.toThrow(/ChallengeObject\.spend/)
  })

  it('remembers across a restart', async () => {
    await callObject('kept', 'spend', id(1), id(10), seconds() + 300)
    await mf.dispose()
    mf = start()
    expect(await callObject('kept', 'spend', id(1), id(11), seconds() + 300)).toBe(false)
  })

  it('ends up empty: an alarm takes away what is past its time, and comes again while rows are left', async () => {
    const name = 'cleaned'
    await callObject(name, 'spend', id(1), id(10), seconds() + 300)
    const first = Number(await callObject(name, 'nextAlarm'))
    expect(first - Date.now()).toBeGreaterThan(500_000)
    expect(first - Date.now()).toBeLessThanOrEqual(600_000)
    await callObject(name, 'age', 1000)
    await callObject(name, 'spend', id(2), id(10), seconds() + 99_999)
    await callObject(name, 'wake')
    expect(await callObject(name, 'count')).toBe(1)
    expect(await callObject(name, 'spend', id(2), id(11), seconds() + 300)).toBe(false)
    // However far away a caller says its end is, it comes.
    await callObject(name, 'age', 700)
    await callObject(name, 'wake')
    expect(await callObject(name, 'count')).toBe(0)
    expect(await callObject(name, 'spend', id(2), id(11), seconds() + 300)).toBe(true)
  })
})
