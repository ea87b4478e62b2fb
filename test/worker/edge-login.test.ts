import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ask, problemOf, type Reply } from './exchange.ts'
import { type OpenEdge, openEdge, siteRoute } from './open-edge.ts'
import { openOrigin, type ScriptedOrigin } from './scripted-origin.ts'

const LIMITS = `
login_protection: [{ id: login, paths: [/login] }]
limits:
  - { id: points, paths: [/points], characteristics: [ip.src], period: 1h, mode: strict, timeout: 5s,
      score_per_period: 10, score_response_header_name: x-cost }
  - { id: rude, paths: [/rude], characteristics: [ip.src], period: 10s, requests_per_period: 1, timeout: 5s,
      ban: { after: 1, timeout: 1h } }
`

let origin: ScriptedOrigin
let edge: OpenEdge

beforeAll(async () => {
  origin = await openOrigin()
  edge = await openEdge({ files: { 'routes/a.yaml': siteRoute(origin.url), 'limits.yaml': LIMITS } })
  origin.on('/login', (request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const isRight = Buffer.concat(parts).toString().includes('password=right')
      response.writeHead(isRight ? 204 : 401).end()
    })
  })
  origin.on('/points', (_request, response) => response.writeHead(200, { 'x-cost': '4' }).end('ok'))
})
beforeEach(() => {
  origin.arrived.length = 0
})
afterAll(async () => {
  await edge.stop()
  await origin.close()
})

/** Counters that begin may take longer than a request waits for them: then it is refused, and counts nowhere. */
async function logIn(ip: string, username: string, password = 'wrong'): Promise<Reply> {
  const body = `username=${username}&password=${password}`
  const headers = {
    'sallyport-simulate': `ip=${ip}`,
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': String(body.length),
  }
  for (let tries = 1; ; tries++) {
    const reply = await ask(edge.url, { method: 'POST', target: '/login', headers, body })
    if (reply.status !== 503 || tries === 10) return reply
  }
}

const get = (ip: string, target: string): Promise<Reply> =>
  ask(edge.url, { target, headers: { 'sallyport-simulate': `ip=${ip}` } })

describe('login protection at the edge', () => {
  test('refuses an address after five failures, whatever the accounts', async () => {
    for (let n = 0; n < 5; n++) expect((await logIn('198.51.100.1', `user${n}`)).status).toBe(401)
    const refused = await logIn('198.51.100.1', 'user9', 'right')
    expect([refused.status, problemOf(refused).rule]).toEqual([429, 'limits.login-address'])
    expect(origin.arrived).toHaveLength(5)
  })

  test('counts no login that succeeds, and hands its content on as it came', async () => {
    for (let n = 0; n < 12; n++) expect((await logIn('198.51.100.2', 'bob', 'right')).status).toBe(204)
    expect(String(await origin.arrived[0]?.body)).toBe('username=bob&password=right')
  })

  test('challenges for an account after ten failures from anywhere, in any case, and for no other', async () => {
    for (let n = 0; n < 10; n++)
      expect((await logIn(`203.0.113.${n}`, n % 2 === 0 ? 'carol' : 'CAROL')).status).toBe(401)
    const challenged = await logIn('203.0.113.99', 'carol')
    expect([challenged.status, challenged.headers['sallyport-mitigated']]).toEqual([403, 'challenge'])
    expect((await logIn('203.0.113.99', 'dave')).status).toBe(401)
  })

  test('has those share one count who hide the account in a coding, and nobody else', async () => {
    const body = gzipSync('username=erin&password=wrong')
    const hide = (ip: string): Promise<Reply> =>
      ask(edge.url, {
        method: 'POST',
        target: '/login',
        headers: {
          'sallyport-simulate': `ip=${ip}`,
          'content-type': 'application/x-www-form-urlencoded',
          'content-encoding': 'gzip',
          'content-length': String(body.length),
        },
        body,
      })
    const statuses = new Set<number>()
    for (let n = 0; n < 14; n++) statuses.add((await hide(`192.0.2.${n}`)).status)
    expect(statuses).toContain(403)
    expect((await logIn('192.0.2.99', '')).status).toBe(401)
    expect((await logIn('192.0.2.99', 'erin')).status).toBe(401)
  })

  test('lets no more guesses to the origin when they all come at once', async () => {
    const replies = await Promise.all(Array.from({ length: 30 }, (_, n) => logIn('198.51.100.3', `x${n}`)))
    expect(origin.arrived.length).toBeGreaterThan(0)
    expect(origin.arrived.length).toBeLessThanOrEqual(5)
    expect(replies.filter(({ status }) => status === 401)).toHaveLength(origin.arrived.length)
  })
})

test('a limit by score counts the points that the origin gives', async () => {
  const statuses: number[] = []
  for (let n = 0; n < 4; n++) statuses.push((await get('198.51.100.4', '/points')).status)
  // Three times four points: the third request began within the ten.
  expect(statuses).toEqual([200, 200, 200, 429])
})

test('a limit with a ban keeps its client out of everything, within seconds', async () => {
  expect((await get('198.51.100.5', '/rude')).status).toBe(200)
  expect((await get('198.51.100.5', '/rude')).status).toBe(429)
  await expect
    .poll(async () => (await get('198.51.100.5', '/other')).text, { timeout: 8000, interval: 300 })
    .toContain('dos.ban')
  expect((await get('198.51.100.6', '/other')).status).toBe(200)
})
