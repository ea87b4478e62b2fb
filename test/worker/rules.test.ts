import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { solve as solveProof } from '../ingress/challenge/challenge-world.ts'
import { ask, problemOf, type Reply } from './exchange.ts'
import { type OpenEdge, openEdge } from './open-edge.ts'
import { lastOf, openOrigin, type ScriptedOrigin, valuesOf } from './scripted-origin.ts'

const CUSTOM = `rules:
  - id: no-scanners
    expression: http.user_agent contains "scanner"
    action: block
    status: 451
  - id: office
    expression: ip.src in $office
    action: skip
    skip: { phases: [http_ratelimit], rules: [careful] }
  - id: careful
    expression: starts_with(http.request.uri.path, "/careful")
    action: managed_challenge
  - id: padded
    expression: http.user_agent matches "ev[i1]l"
    action: block
  - id: watched
    expression: http.request.uri.path eq "/watched" and ip.src.country eq "NO"
    action: block
    mode: log
`
const REDIRECTS = `redirects:
  - id: moved
    expression: http.request.uri.path wildcard "/old/*"
    redirect:
      status: 301
      target: { expression: 'wildcard_replace(http.request.uri.path, "/old/*", "/new/\${1}")' }
      preserve_query: true
  - id: open-door
    expression: http.request.uri.path eq "/go"
    redirect:
      status: 302
      target: { expression: 'url_decode(http.request.uri.args["to"][0])' }
`
const TRANSFORMS = `request_headers:
  - id: where
    expression: true
    headers:
      set:
        x-country: { expression: ip.src.country }
        x-city: { expression: ip.src.city }
        x-edge: sallyport
      remove: [x-secret]
response_headers:
  - id: errors
    expression: http.response.code ge 500
    headers: { set: { cache-control: no-store } }
  - id: no-server
    expression: true
    headers: { remove: [server], add: { x-seen: { expression: to_string(http.response.code) } } }
`
const LIMITS = `limits:
  - id: logins
    expression: http.request.uri.path eq "/login" and http.request.method eq "POST"
    characteristics: [ip.src]
    period: 1h
    requests_per_period: 2
`
const routes = (origin: string): string => `routes:
  - id: site
    hosts: [127.0.0.1]
    path: /
    forward: { origin: '${origin}' }
    response_headers: { set: { x-route: '1' } }
  - id: robots
    hosts: [127.0.0.1]
    exact: /robots.txt
    respond: { status: 200, content_type: text/plain, body: 'none' }
`

let origin: ScriptedOrigin
let edge: OpenEdge

beforeAll(async () => {
  origin = await openOrigin()
  origin.on('/broken', (_, response) => {
    response.writeHead(503, { server: 'secret/1' })
    response.end()
  })
  edge = await openEdge({
    files: {
      'routes/a.yaml': routes(origin.url),
      'custom.yaml': CUSTOM,
      'redirects.yaml': REDIRECTS,
      'transforms.yaml': TRANSFORMS,
      'limits.yaml': LIMITS,
      'lists/office.txt': '192.0.2.0/24\n',
      'settings.yaml': 'records_per_second: 10000\n',
    },
  })
})
afterAll(async () => {
  await edge.stop()
  await origin.close()
})

const as = (client: string): Record<string, string> => ({ 'sallyport-simulate': client })
const recordOf = (reply: Reply) =>
  edge.log.find(({ request_id }) => request_id === reply.headers['sallyport-request-id'])

describe('a rule', () => {
  test('that blocks answers with its status, and the record names it', async () => {
    const reply = await ask(edge.url, { headers: { 'user-agent': 'a-scanner/1' } })
    expect(reply.status).toBe(451)
    expect(problemOf(reply)).toMatchObject({ stage: 'rules', rule: 'rules.no-scanners' })
    expect(await recordOf(reply)).toMatchObject({
      action: 'block',
      stage: 'rules',
      rule: 'rules.no-scanners',
    })
  })

  test('finds what stands behind as many stray bytes as hygiene lets through', async () => {
    const reply = await ask(edge.url, { headers: { 'user-agent': `${'\xff'.repeat(8000)}evil` } })
    expect(problemOf(reply)).toMatchObject({ rule: 'rules.padded' })
  })

  test('in log mode lets pass and is told in record and verdict', async () => {
    const reply = await ask(edge.url, { target: '/watched', headers: as('country=NO') })
    expect(reply.status).toBe(200)
    expect(valuesOf(lastOf(origin), 'sallyport-verdict').join()).toContain('log=("rules.watched")')
    expect(await recordOf(reply)).toMatchObject({ action: 'pass', logged: ['rules.watched'] })
  })
})

describe('a redirect', () => {
  test('leads where its expression says', async () => {
    const reply = await ask(edge.url, { target: '/old/a/b?c=d' })
    expect([reply.status, reply.headers.location, reply.text]).toEqual([301, '/new/a/b?c=d', ''])
    expect(await recordOf(reply)).toMatchObject({ action: 'redirect', rule: 'rules.moved', status: 301 })
  })

  test.each([
    '//evil.example',
    'https:%5C%5Cevil.example',
    '/a%0D%0ASet-Cookie:%20a=b',
    'javascript:alert(1)',
    '',
  ])('to %j is none: the request goes on', async (to) => {
    const reply = await ask(edge.url, { target: `/go?to=${to}` })
    expect(reply.status).toBe(200)
    expect(reply.headers).not.toHaveProperty('location')
    expect(reply.headers).not.toHaveProperty('set-cookie')
  })
})

describe('a rewrite', () => {
  test('sets what the edge knows, and removes what the client made up', async () => {
    const made = { 'x-country': 'XX', 'x-city': 'Atlantis', 'x-secret': '1' }
    const reply = await ask(edge.url, { headers: { ...made, ...as('country=DE') } })
    const arrived = lastOf(origin)
    expect(['x-country', 'x-city', 'x-secret', 'x-edge'].map((name) => valuesOf(arrived, name))).toEqual([
      ['DE'],
      [],
      [],
      ['sallyport'],
    ])
    expect(await recordOf(reply)).toMatchObject({ matched: ['rules.where', 'rules.no-server'] })
    // Node writes a field value as Latin-1: these are the bytes of UTF-8.
    const city = Buffer.from('Köln').toString('latin1')
    await ask(edge.url, { headers: { ...made, ...as(`country=DE; city=${city}`) } })
    expect(valuesOf(lastOf(origin), 'x-city')).toEqual(['K%C3%B6ln'])
  })

  test('edits responses by what they are, after the route', async () => {
    const broken = await ask(edge.url, { target: '/broken' })
    expect(broken.headers).toMatchObject({ 'cache-control': 'no-store', 'x-route': '1', 'x-seen': '503' })
    expect(broken.headers).not.toHaveProperty('server')
    const fixed = await ask(edge.url, { target: '/robots.txt' })
    expect([fixed.text, fixed.headers['x-seen']]).toEqual(['none', '200'])
    const refused = await ask(edge.url, { headers: { 'user-agent': 'scanner' } })
    expect(refused.headers).not.toHaveProperty('x-seen')
  })
})

describe('a limit with an expression', () => {
  const login = (ip: string, method = 'POST') =>
    ask(edge.url, { method, target: '/login', headers: as(`ip=${ip}`) })

  test('counts what matches it, unless a rule skips limits', async () => {
    const statuses = async (ip: string) =>
      [await login(ip), await login(ip), await login(ip)].map((r) => r.status)
    expect(
      (await Promise.all([1, 2, 3].map(() => login('198.51.100.1', 'GET')))).map((r) => r.status),
    ).toEqual([200, 200, 200])
    expect(await statuses('198.51.100.1')).toEqual([200, 200, 429])
    expect(await statuses('192.0.2.1')).toEqual([200, 200, 200])
  })
})

describe('a challenge', () => {
  const BROWSER = { 'user-agent': 'Browser/1', 'sec-fetch-mode': 'navigate', accept: 'text/html' }
  const get = (headers: Record<string, string>) => ask(edge.url, { target: '/careful/a', headers })
  const send = (token: string, solution: string, headers: Record<string, string> = {}) =>
    ask(edge.url, {
      method: 'POST',
      target: '/.sallyport/challenge',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: `token=${token}&solution=${solution}`,
    })

  /** What the script of the page does. */
  function solve(page: string): { token: string; solution: string } {
    const offers = /data-offers="([^"]+)"/.exec(page)?.[1]?.replaceAll('&#34;', '"') ?? '[]'
    const [[, token, bits]] = JSON.parse(offers) as [[string, string, number]]
    return { token, solution: solveProof(token, bits) }
  }

  test('lets a browser through once it is solved, and nobody else', async () => {
    const client = { ...BROWSER, ...as('ip=198.51.100.20') }
    const page = await get(client)
    expect([page.status, page.headers['sallyport-mitigated']]).toEqual([403, 'challenge'])
    expect(page.headers['content-security-policy']).toMatch(/script-src 'nonce-[\w-]{22}'/)
    expect(await recordOf(page)).toMatchObject({ action: 'challenge', rule: 'rules.careful' })

    const { token, solution } = solve(page.text)
    const SCRIPT = { ...client, 'sec-fetch-mode': 'cors', accept: '*/*' }
    const wrong = await send(token, '1', SCRIPT)
    expect([wrong.status, wrong.headers['set-cookie']]).toEqual([403, undefined])
    const stolen = await send(token, solution, { ...SCRIPT, ...as('ip=203.0.113.1') })
    expect([stolen.status, stolen.headers['set-cookie']]).toEqual([403, undefined])

    const solved = await send(token, solution, SCRIPT)
    expect(solved.status).toBe(204)
    expect((await send(token, solution, SCRIPT)).status).toBe(403)
    const cookie = solved.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
    expect(cookie).toMatch(/^sallyport-clearance=/)
    expect((await get({ ...client, cookie: `a=b; ${cookie}` })).status).toBe(200)
    expect(valuesOf(lastOf(origin), 'cookie')).toEqual(['a=b'])
    expect((await get({ ...client, cookie, ...as('ip=198.51.100.99') })).status).toBe(200)
    expect((await get({ ...client, cookie, ...as('ip=203.0.113.1') })).status).toBe(403)
    expect((await get({ ...client, cookie, 'user-agent': 'other' })).status).toBe(403)
  })

  test('is a problem document to what is no browser, and nothing to a preflight', async () => {
    const script = await get({ 'sec-fetch-mode': 'cors' })
    expect(problemOf(script)).toMatchObject({ status: 403, rule: 'rules.careful' })
    expect(script.headers['sallyport-mitigated']).toBe('challenge')
    const preflight = { origin: 'https://a.example', 'access-control-request-method': 'PUT' }
    const options = await ask(edge.url, { method: 'OPTIONS', target: '/careful/a', headers: preflight })
    expect(options.status).toBe(200)
  })

  test('is left out for who another rule trusts', async () => {
    expect((await get({ ...BROWSER, ...as('ip=192.0.2.9') })).status).toBe(200)
  })

  test('takes no other method, form or size', async () => {
    const target = '/.sallyport/challenge'
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const replies = [
      await ask(edge.url, { method: 'PATCH', target }),
      await ask(edge.url, { method: 'POST', target, headers: form }),
      await ask(edge.url, { method: 'POST', target, headers: form, body: `token=${'a'.repeat(2049)}` }),
      await ask(edge.url, {
        method: 'POST',
        target,
        body: 'token=a&solution=1',
        headers: { 'content-type': 'text/plain' },
      }),
      await send('a', '1'),
    ]
    expect(replies.map(({ status }) => status)).toEqual([405, 400, 400, 400, 400])
    expect(replies[0]?.headers.allow).toBe('GET, HEAD, POST')
  })
})
