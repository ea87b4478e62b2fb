import { Agent, request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLocalKeys } from '../../src/cli/local/keys.ts'
import { type OpenEdge, openEdge } from '../worker/open-edge.ts'
import { formatFuzzRoutes } from './fuzz/fuzz-routes.ts'
import { type Made, makeValid, type ValidRequest } from './fuzz/make-request.ts'
import { makeHostile } from './fuzz/make-target.ts'
import { type FuzzOrigin, hashOf, openFuzzOrigin, type Saw } from './fuzz/origin.ts'
import { createRandom } from './fuzz/random.ts'

/** More of the same, for a closing figure: SALLYPORT_FUZZ=100000, and another seed with SALLYPORT_SEED. */
const COUNT = Number(process.env.SALLYPORT_FUZZ ?? 2000)
const SEED = Number(process.env.SALLYPORT_SEED ?? 20_261_122)
const HOSTILE = Math.ceil(COUNT / 4)
const AT_ONCE = 24
/** Differences told in full; the others are counted. */
const TOLD = 10

interface Got {
  readonly status: number
  readonly requestId: string
  readonly saw: Saw | undefined
  readonly body: string
}

let origin: FuzzOrigin
let edge: OpenEdge
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })

beforeAll(async () => {
  const keys = createLocalKeys()
  origin = await openFuzzOrigin(keys.origin)
  edge = await openEdge({
    keys,
    files: { 'routes/a.yaml': formatFuzzRoutes(origin.url), 'settings.yaml': 'records_per_second: 0\n' },
  })
})
afterAll(async () => {
  agent.destroy()
  await edge.stop()
  await origin.close()
})

function send({ method, target, headers, body, chunked }: Made): Promise<Got> {
  const { hostname, port } = new URL(edge.url)
  const framing: Record<string, string> =
    body === undefined
      ? {}
      : chunked
        ? { 'transfer-encoding': 'chunked' }
        : { 'content-length': String(body.length) }
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      hostname,
      port,
      method,
      path: target,
      agent,
      headers: { ...headers, ...framing },
    })
    request.on('error', reject)
    request.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('error', reject)
      response.on('end', () => {
        const told = response.headers['x-saw']
        resolve({
          status: response.statusCode ?? 0,
          requestId: String(response.headers['sallyport-request-id']),
          saw: typeof told === 'string' ? JSON.parse(Buffer.from(told, 'base64url').toString()) : undefined,
          body: text,
        })
      })
    })
    request.end(body)
  })
}

/** What differs between what was sent and what arrived, by name. */
function compare(
  { method, body, expected }: ValidRequest,
  { status, requestId, saw, body: text }: Got,
): string[] {
  if (status !== 200 || saw === undefined) return [`refused with ${status}: ${text.slice(0, 300)}`]
  const ip = /^ip="([^"]+)"/.exec(expected.client)?.[1]
  const pairs: Record<string, readonly [want: unknown, got: unknown]> = {
    method: [method, saw.method],
    target: [expected.target, saw.target],
    client: [expected.client, saw.client],
    ip: [ip, saw.ip],
    route: [expected.route, saw.route],
    requestId: [requestId, saw.requestId],
    digest: [expected.digest, saw.digest],
    body: [hashOf(body ?? Buffer.alloc(0)), saw.bodyHash],
    ...Object.fromEntries(
      Object.entries(expected.kept).map(([name, value]) => [name, [value, saw.headers[name]]]),
    ),
  }
  const differing = Object.entries(pairs).filter(([, [want, got]]) => want !== got)
  const spoofed = Object.values(saw.headers).some((value) => value.includes('192.0.2.66'))
  return [
    ...differing.map(
      ([name, [want, got]]) => `${name}: ${JSON.stringify(want)} became ${JSON.stringify(got)}`,
    ),
    ...(spoofed ? ['a spoofed field arrived'] : []),
  ]
}

/** Runs `one` so many times, a few at once; collects what each has to say. */
async function repeat(
  count: number,
  one: () => Promise<readonly string[]>,
): Promise<{ told: string[]; total: number }> {
  const told: string[] = []
  let total = 0
  let left = count
  const work = async (): Promise<void> => {
    while (left > 0) {
      left--
      const trouble = await one()
      if (trouble.length === 0) continue
      total++
      if (told.length < TOLD) told.push(trouble.join('\n'))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return { told, total }
}

describe(`fuzzed requests with seed ${SEED}`, () => {
  test(`${COUNT} valid ones arrive as they were meant, byte for byte`, {
    timeout: 30_000 + COUNT * 10,
  }, async () => {
    const random = createRandom(SEED)
    const host = new URL(edge.url).host
    const seen = new Map<string, number>()
    const { told, total } = await repeat(COUNT, async () => {
      const request = makeValid(random, host)
      const kind = `${request.expected.route} ${request.body === undefined ? 'empty' : request.expected.digest ? 'digest' : 'streamed'}`
      seen.set(kind, (seen.get(kind) ?? 0) + 1)
      const trouble = compare(request, await send(request))
      return trouble.length === 0 ? [] : [`${request.method} ${request.target}`, ...trouble]
    })
    expect(told).toEqual([])
    expect(total).toBe(0)
    expect(origin.refusals).toEqual([])
    expect(origin.count.requests).toBe(COUNT)
    // The generator has made every kind: a count of nothing would prove nothing.
    expect([...seen.keys()].sort()).toEqual(
      ['relaxed', 'site'].flatMap((route) =>
        ['digest', 'empty', 'streamed'].map((kind) => `${route} ${kind}`),
      ),
    )
    if (process.env.SALLYPORT_FUZZ) console.log(COUNT, 'valid', Object.fromEntries(seen))
  })

  test(`${HOSTILE} that could be read two ways never reach the origin`, {
    timeout: 30_000 + HOSTILE * 10,
  }, async () => {
    const random = createRandom(SEED + 1)
    const before = origin.count.requests
    const { told, total } = await repeat(HOSTILE, async () => {
      const target = makeHostile(random)
      const got = await send({ method: 'GET', target, headers: {}, body: undefined, chunked: false })
      return got.status === 400 ? [] : [`GET ${target}`, `${got.status}`]
    })
    expect(told).toEqual([])
    expect(total).toBe(0)
    expect(origin.count.requests).toBe(before)
  })
})
