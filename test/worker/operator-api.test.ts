import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { AttackState, Ban, Orders } from '../../src/ingress/dos/watch-protocol.ts'
import { isBearerOf, isUsable } from '../../src/worker/operator-token.ts'
import { type OpenObjects, openObjects, TOKEN } from './open-objects.ts'

let objects: OpenObjects

beforeAll(async () => {
  objects = await openObjects()
})
afterAll(() => objects.stop())

const BANS = '/.sallyport/api/bans'
const ATTACK = '/.sallyport/api/attack'

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: {
    readonly bans: readonly Ban[]
    readonly ban: Ban
    readonly lifted: readonly Ban[]
    readonly attacks: readonly AttackState[]
    readonly attack: AttackState | null
    readonly rule: string
    readonly detail: string
    readonly fix?: string
  }
}

async function ask(path: string, method = 'GET', content?: unknown, headers = {}): Promise<Answer> {
  const body = content === undefined || typeof content === 'string' ? content : JSON.stringify(content)
  const response = await objects.ask(path, { method, headers, ...(body === undefined ? {} : { body }) })
  return {
    status: response.status,
    headers: response.headers as Headers,
    body: (await response.json()) as Answer['body'],
  }
}

/** What the isolate was told to hold to last. */
const applied = async (): Promise<Orders | undefined> =>
  ((await (await objects.ask('/applied')).json()) as Orders[]).at(-1)

describe('bans over the API', () => {
  beforeEach(async () => {
    for (const { id } of (await ask(BANS)).body.bans) await ask(`${BANS}?id=${id}`, 'DELETE')
  })

  test('are made, listed with who, why and until, and lifted by key', async () => {
    const made = await ask(BANS, 'POST', { key: '192.0.2.0/24', seconds: 600, reason: 'scrapes prices' })
    expect(made.status).toBe(201)
    expect(made.body.ban).toMatchObject({
      level: 'network',
      key: '192.0.2.0/24',
      action: 'block',
      by: 'operator',
      reason: 'scrapes prices',
      strikes: 1,
    })
    expect(made.body.ban.until - made.body.ban.created).toBe(600_000)
    expect((await applied())?.bans).toEqual([made.body.ban])
    expect((await ask(BANS)).body.bans).toEqual([made.body.ban])
    const lifted = await ask(`${BANS}?key=192.0.2.0/24`, 'DELETE')
    expect(lifted.body.lifted).toEqual([made.body.ban])
    expect((await ask(BANS)).body.bans).toEqual([])
    expect((await applied())?.bans).toEqual([])
  })

  test('are lifted by id', async () => {
    const { id } = (await ask(BANS, 'POST', { key: 'AS64500', action: 'challenge' })).body.ban
    expect((await ask(`${BANS}?id=${id}`, 'DELETE')).body.lifted).toHaveLength(1)
    const again = await ask(`${BANS}?id=${id}`, 'DELETE')
    expect([again.status, again.body.rule]).toEqual([404, 'route.operator-input'])
  })

  test('of nobody can be lifted: whoever it is will not be banned by itself for a while', async () => {
    expect(await ask(`${BANS}?key=198.51.100.7`, 'DELETE')).toMatchObject({
      status: 200,
      body: { lifted: [] },
    })
  })

  test.each([
    ['{"key":', 'not JSON'],
    [undefined, 'not JSON'],
    [{}, 'key is missing'],
    [{ key: '192.0.2.7/24' }, 'host bits'],
    [{ key: '192.0.2.1', seconds: 1 }, 'seconds is a whole number from 10'],
  ])('are refused for %j, and the answer says why', async (content, message) => {
    const refused = await ask(BANS, 'POST', content)
    expect([refused.status, refused.body.rule]).toEqual([400, 'route.operator-input'])
    expect(refused.body.detail).toContain(message)
    expect(refused.headers.get('content-type')).toBe('application/problem+json')
  })

  test.each([
    ['', 'Say who is to be let go'],
    ['?id=a&key=b', 'Say who is to be let go'],
    ['?id=xyz', '16 hex digits'],
    ['?key=nonsense', 'not an IP address'],
  ])('are not lifted by "%s"', async (query, message) => {
    const refused = await ask(`${BANS}${query}`, 'DELETE')
    expect([refused.status, refused.body.detail]).toEqual([400, expect.stringContaining(message)])
  })

  test('take no content beyond 64 KiB', async () => {
    const long = JSON.stringify({ key: '192.0.2.1', reason: 'x'.repeat(70_000) })
    expect(await ask(BANS, 'POST', long)).toMatchObject({
      status: 413,
      body: { rule: 'route.operator-input' },
    })
  })

  test('tell which methods they take', async () => {
    const refused = await ask(BANS, 'PATCH', {})
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, POST, DELETE'])
  })
})

describe('attack mode over the API', () => {
  test('is held on for a host’s route for a while, shown, and left to detection again', async () => {
    const set = await ask(ATTACK, 'PUT', {
      state: 'on',
      host: 'www.example.com',
      route: 'site',
      seconds: 1800,
      reason: 'drill',
    })
    expect(set.body.attack).toMatchObject({
      host: 'www.example.com',
      route: 'site',
      state: 'on',
      by: 'operator',
    })
    expect((await applied())?.attacks).toEqual([set.body.attack])
    expect((await ask(ATTACK)).body.attacks).toEqual([set.body.attack])
    const taken = await ask(`${ATTACK}?host=www.example.com&route=site`, 'DELETE')
    expect(taken.body.attack).toEqual(set.body.attack)
    expect((await ask(ATTACK)).body.attacks).toEqual([])
    expect((await ask(`${ATTACK}?route=site`, 'DELETE')).body.attack).toBeNull()
  })

  test('is refused for what is none', async () => {
    expect(await ask(ATTACK, 'PUT', { state: 'auto' })).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('on or off') },
    })
    expect((await ask(`${ATTACK}?host=a%20b`, 'DELETE')).status).toBe(400)
    expect((await ask(ATTACK, 'POST', {})).headers.get('allow')).toBe('GET, PUT, DELETE')
  })
})

describe('the API', () => {
  test.each([
    ['no token', {}],
    ['another token', { authorization: 'Bearer something-else-that-is-long-enough' }],
    ['a longer token', { authorization: `Bearer ${TOKEN}x` }],
    ['another scheme', { authorization: `Basic ${TOKEN}` }],
  ])('is closed to %s', async (name, headers) => {
    const client = { 'x-client': name }
    const refused = await ask(BANS, 'GET', undefined, { authorization: '', ...headers, ...client })
    expect([refused.status, refused.body.rule]).toEqual([401, 'route.operator-token'])
    expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="sallyport"')
  })

  test('makes who guesses wait, and nobody else', async () => {
    const guess = (token: string): Promise<Answer> =>
      ask(BANS, 'GET', undefined, { authorization: `Bearer ${token}`, 'x-client': '203.0.113.5' })
    for (let n = 0; n < 10; n++) expect((await guess(`guess-${n}`)).status).toBe(401)
    const refused = await guess('guess-10')
    expect([refused.status, refused.body.rule]).toEqual([429, 'route.operator-guesses'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await guess(TOKEN)).status).toBe(429)
    expect((await ask(BANS)).status).toBe(200)
  })

  test.each([
    ['no token is set', { 'x-no-token': '1' }],
    ['the token is too short to be one', { 'x-short': '1' }],
  ])('is off when %s, and says how to switch it on', async (_, headers) => {
    const refused = await ask(BANS, 'GET', undefined, headers)
    expect([refused.status, refused.body.rule]).toEqual([404, 'route.operator-api-off'])
    expect(refused.body.fix).toContain('wrangler secret put SALLYPORT_OPERATOR_TOKEN')
  })

  test('says nothing of what is wrong inside', async () => {
    const refused = await ask(BANS, 'GET', undefined, { 'x-broken': '1' })
    expect([refused.status, refused.body.rule]).toEqual([503, 'route.operator-unavailable'])
    expect(JSON.stringify(refused.body)).not.toContain('secret detail')
    expect(objects.lines.filter((line) => line.includes('secret detail'))).toEqual([])
    // Who can read the log is told more, to know where to look.
    await expect
      .poll(() => objects.lines.map((line) => line.trim()))
      .toContain('{"kind":"operator","event":"control-unreachable","cause":"error"}')
  })

  test('answers no page of another site', async () => {
    const preflight = await objects.ask(BANS, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST', authorization: '' },
    })
    expect(preflight.status).toBe(401)
    expect([...preflight.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  })
})

describe('a token', () => {
  test('is compared whole', async () => {
    expect(await isBearerOf(`Bearer ${TOKEN}`, TOKEN)).toBe(true)
    expect(await isBearerOf(`bearer   ${TOKEN} `, TOKEN)).toBe(true)
    expect(await isBearerOf(`Bearer ${TOKEN.slice(0, -1)}`, TOKEN)).toBe(false)
    expect(await isBearerOf(`Bearer ${TOKEN} x`, TOKEN)).toBe(false)
    expect(await isBearerOf(undefined, TOKEN)).toBe(false)
  })

  test('has 32 characters or more', () => {
    expect(isUsable('x'.repeat(31))).toBe(false)
    expect(isUsable('x'.repeat(32))).toBe(true)
    expect(isUsable(undefined)).toBe(false)
  })
})
