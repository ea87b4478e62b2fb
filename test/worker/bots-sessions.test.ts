import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type BotsEdge, cookieOf, NAVIGATION, openBotsEdge, redeem, solvePage } from './bots-edge.ts'
import { ask, type Reply } from './exchange.ts'
import { siteRoute } from './open-edge.ts'
import { openOrigin, type ScriptedOrigin } from './scripted-origin.ts'

const BOTS =
  'mode: enforce\nchallenge: { bits: { least: 8, most: 8 }, life: { proof: 1h, interactive: 1h }, max_life: 3h }\n'
const RULES = `rules:\n  - { id: all, expression: 'true', action: js_challenge }\n`
const MINUTE = 60_000

let origin: ScriptedOrigin
let edge: BotsEdge
beforeAll(async () => {
  origin = await openOrigin()
  edge = await openBotsEdge({
    'routes/a.yaml': siteRoute(origin.url),
    'bots.yaml': BOTS,
    'custom.yaml': RULES,
  })
})
afterEach(() => edge.set({}))
afterAll(async () => {
  await edge.stop()
  await origin.close()
})

/** A browser that keeps the last cookie it was given, solves what it is asked, and counts that. */
class Session {
  asked = 0
  cookie = ''
  cookies = 0
  ip = 'ip=203.0.113.7; asn=64500'
  version = 148

  #headers(): Record<string, string> {
    const versioned = Object.entries(NAVIGATION).map(([name, value]) => [
      name,
      value.replaceAll('148', String(this.version)),
    ])
    const own = this.cookie === '' ? {} : { cookie: this.cookie }
    return { ...Object.fromEntries(versioned), ...own, 'sallyport-simulate': this.ip }
  }

  #keep(reply: Reply): void {
    const { cookie } = cookieOf(reply)
    if (cookie === '') return
    this.cookie = cookie
    this.cookies++
  }

  get(target = '/page'): Promise<Reply> {
    return ask(edge.url, { target, headers: this.#headers() })
  }

  /** Goes to a page until it is there. @returns how many challenges that took. */
  async visit(from = this.ip): Promise<number> {
    this.ip = from
    for (let n = 0; n < 4; n++) {
      const reply = await this.get()
      this.#keep(reply)
      if (reply.status === 200) return n
      this.asked++
      const { 'sec-fetch-mode': _, 'sec-fetch-dest': __, ...headers } = this.#headers()
      const solved = await redeem(edge.url, solvePage(reply).form, headers)
      expect(solved.status).toBe(204)
      this.#keep(solved)
    }
    throw new Error('never let in')
  }
}

const HOME4 = 'ip=203.0.113.7; asn=64500'
const HOME6 = 'ip=2001:db8:1:2::7; asn=64500'
const MOBILE4 = 'ip=198.51.100.9; asn=64501'
const MOBILE6 = 'ip=2001:db8:9:2::7; asn=64501'

describe('who has solved a challenge', () => {
  test('and changes between IPv4 and IPv6 all the time is asked once more at most', async () => {
    const session = new Session()
    const counts: number[] = []
    for (let n = 0; n < 10; n++) counts.push(await session.visit(n % 2 ? HOME6 : HOME4))
    expect(counts).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 0, 0])
  })

  test('and has another address of the network every day is not asked again', async () => {
    const session = new Session()
    await session.visit(HOME4)
    await session.visit(HOME6)
    for (let n = 0; n < 5; n++) {
      expect(await session.visit(`ip=203.0.113.${n}; asn=64500`)).toBe(0)
      expect(await session.visit(`ip=2001:db8:1:${n}::${n}; asn=64500`)).toBe(0)
    }
  })

  test('goes from home to the train and back with one more', async () => {
    const session = new Session()
    const counts: number[] = []
    for (const from of [HOME4, MOBILE4, HOME4, MOBILE4, HOME4]) counts.push(await session.visit(from))
    expect(counts).toEqual([1, 1, 0, 0, 0])
  })

  test('is asked once for each network at first where all have both families', async () => {
    const session = new Session()
    let sum = 0
    for (const from of [HOME4, HOME6, MOBILE6, MOBILE4, MOBILE6]) sum += await session.visit(from)
    expect(sum).toBeLessThanOrEqual(4)
  })

  test('is asked once more when the browser is updated, and when its cookies are gone', async () => {
    const session = new Session()
    await session.visit()
    session.version = 149
    expect([await session.visit(), await session.visit()]).toEqual([1, 0])
    session.cookie = ''
    expect([await session.visit(), await session.visit()]).toEqual([1, 0])
  })

  test('has it renewed while it is used, without another challenge, until it has lived for long enough', async () => {
    const session = new Session()
    await session.visit()
    const seen: string[] = []
    for (let minutes = 10; minutes <= 190; minutes += 10) {
      await edge.set({ ahead: minutes * MINUTE })
      const before = session.cookie
      const asked = await session.visit()
      if (asked > 0) seen.push(`asked at ${minutes}`)
      else if (session.cookie !== before) seen.push(`renewed at ${minutes}`)
    }
    expect(seen).toEqual([
      'renewed at 30',
      'renewed at 60',
      'renewed at 90',
      'renewed at 120',
      'asked at 180',
    ])
    expect(edge.log.records().filter(({ kind }) => kind === 'defect')).toEqual([])
  })

  test('in twenty tabs at the half of its life ends with one that is good', async () => {
    const session = new Session()
    await session.visit()
    await edge.set({ ahead: 35 * MINUTE })
    const replies = await Promise.all(Array.from({ length: 20 }, () => session.get()))
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]))
    for (const reply of replies) {
      const tab = new Session()
      tab.cookie = cookieOf(reply).cookie
      expect((await tab.get()).status).toBe(200)
    }
  })

  test('gets none with what is no page, or may be kept for others', async () => {
    origin.on('/shared', (_, response) => response.setHeader('cache-control', 'public, max-age=60').end('x'))
    const session = new Session()
    await session.visit()
    await edge.set({ ahead: 35 * MINUTE })
    expect(cookieOf(await session.get('/shared')).cookie).toBe('')
    const headers = {
      ...NAVIGATION,
      'sec-fetch-mode': 'cors',
      'sec-fetch-dest': 'empty',
      cookie: session.cookie,
    }
    const call = await ask(edge.url, { headers: { ...headers, 'sallyport-simulate': HOME4 } })
    expect([call.status, cookieOf(call).cookie]).toEqual([200, ''])
  })
})

describe('a solution', () => {
  test('that is sent fifty times at once is taken once', async () => {
    const page = await ask(edge.url, { headers: NAVIGATION })
    const { form } = solvePage(page)
    const replies = await Promise.all(Array.from({ length: 50 }, () => redeem(edge.url, form)))
    const taken = replies.filter(({ status }) => status === 204)
    expect(taken).toHaveLength(1)
    expect(
      new Set(replies.filter(({ status }) => status !== 204).map(({ text }) => JSON.parse(text).code)),
    ).toEqual(new Set(['spent']))
    expect(replies.filter(({ headers }) => headers['set-cookie'])).toHaveLength(1)
  })
})

describe('what is asked of what is no page', () => {
  const call = { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty', accept: '*/*' }
  const of = (dest: string, mode = 'no-cors'): Record<string, string> => ({
    'sec-fetch-dest': dest,
    'sec-fetch-mode': mode,
    accept: '*/*',
  })
  const socket = {
    upgrade: 'websocket',
    connection: 'Upgrade',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...of('websocket', 'websocket'),
  }
  const bare = Object.fromEntries(Object.keys(NAVIGATION).map((name) => [name, '']))

  /** Kind, method and path, fields, and what it gets. */
  const KINDS: readonly (readonly [
    kind: string,
    line: string,
    fields: Record<string, string>,
    gets: string,
  ])[] = [
    ['a navigation', 'GET /a', {}, '403 html'],
    ['a navigation by an old browser', 'GET /a', without('sec-fetch'), '403 html'],
    [
      'a form by POST',
      'POST /a',
      { 'content-type': 'application/x-www-form-urlencoded', origin: 'null' },
      '403 html',
    ],
    ['an iframe', 'GET /a', { 'sec-fetch-dest': 'iframe' }, '403 html'],
    ['HEAD', 'HEAD /a', {}, '403 html'],
    ['a prefetch', 'GET /a', { 'sec-purpose': 'prefetch' }, '503 problem'],
    ['a prerender', 'GET /a', { 'sec-purpose': 'prefetch;prerender' }, '503 problem'],
    ['fetch', 'GET /a', call, '403 problem'],
    ['fetch for HTML', 'GET /a', { ...call, accept: 'text/html' }, '403 problem'],
    ['fetch by POST', 'POST /a', { ...call, 'content-type': 'application/json' }, '403 problem'],
    ['fetch by PUT', 'PUT /a', call, '403 problem'],
    ['fetch by DELETE', 'DELETE /a', call, '403 problem'],
    ['fetch by OPTIONS', 'OPTIONS /a', call, '403 problem'],
    ['an image', 'GET /a.png', of('image'), '403 problem'],
    ['a style sheet', 'GET /a.css', of('style'), '403 problem'],
    ['a script', 'GET /a.js', of('script'), '403 problem'],
    ['a module', 'GET /a.js', of('script', 'cors'), '403 problem'],
    ['a font', 'GET /a.woff2', of('font', 'cors'), '403 problem'],
    ['a film', 'GET /a.mp4', { ...of('video'), range: 'bytes=0-' }, '403 problem'],
    ['sound', 'GET /a.mp3', of('audio'), '403 problem'],
    ['a worker', 'GET /a.js', of('worker', 'same-origin'), '403 problem'],
    ['a service worker', 'GET /a.js', of('serviceworker', 'same-origin'), '403 problem'],
    ['an object', 'GET /a', { 'sec-fetch-dest': 'object' }, '403 problem'],
    ['an embed', 'GET /a', { 'sec-fetch-dest': 'embed' }, '403 problem'],
    ['a beacon', 'POST /a', { ...of('empty'), 'content-type': 'text/plain' }, '403 problem'],
    ['an event source', 'GET /a', { ...call, accept: 'text/event-stream' }, '403 problem'],
    ['a range of a page', 'GET /a', { range: 'bytes=5-' }, '403 problem'],
    ['a WebSocket', 'GET /a', socket, '403 problem'],
    ['htmx', 'GET /a', { ...without('sec-fetch'), 'hx-request': 'true' }, '403 problem'],
    [
      'XHR of an old browser',
      'GET /a',
      { ...without('sec-fetch'), 'x-requested-with': 'XMLHttpRequest' },
      '403 problem',
    ],
    ['curl', 'GET /a', { ...bare, 'user-agent': 'curl/8.0', accept: '*/*' }, '403 problem'],
    ['a client that says nothing', 'GET /a', bare, '403 problem'],
    [
      'a preflight',
      'OPTIONS /a',
      { origin: 'https://x.example', 'access-control-request-method': 'PUT', ...call },
      '200 text',
    ],
    ['robots.txt', 'GET /robots.txt', {}, '200 text'],
    ['the icon', 'GET /favicon.ico', of('image'), '200 text'],
    ['a well-known file', 'GET /.well-known/security.txt', bare, '200 text'],
    ['a manifest', 'GET /site.webmanifest', of('manifest', 'cors'), '200 text'],
    ['health', 'GET /.sallyport/health', {}, '403 html'],
    ['the helper', 'GET /.sallyport/challenge.js', of('script', 'cors'), '200 script'],
    ['the frame', 'GET /.sallyport/challenge', { 'sec-fetch-dest': 'iframe' }, '200 html'],
  ]

  function without(prefix: string): Record<string, string> {
    return Object.fromEntries(
      Object.keys(NAVIGATION).flatMap((name) => (name.startsWith(prefix) ? [[name, '']] : [])),
    )
  }

  test.each(KINDS)('%s', async (_, line, fields, gets) => {
    const [method = '', target = ''] = line.split(' ')
    const headers = Object.fromEntries(
      Object.entries({ ...NAVIGATION, ...fields }).filter(([, value]) => value !== ''),
    )
    const reply = await ask(edge.url, { method, target, headers })
    const type = reply.headers['content-type'] ?? 'text/plain'
    const kind = /html/.test(type)
      ? 'html'
      : /problem/.test(type)
        ? 'problem'
        : /javascript/.test(type)
          ? 'script'
          : 'text'
    expect(`${reply.status} ${kind}`).toBe(gets)
    if (reply.status >= 400) {
      expect(reply.headers['sallyport-mitigated']).toBe('challenge')
      expect(reply.headers['cache-control']).toContain('no-store')
      expect(reply.headers['set-cookie']).toBeUndefined()
    }
  })
})
