import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { releaseAttack, showAttacks, switchAttack } from '../../../src/cli/attack/execute-attack.ts'
import { type AddFlags, addBan, liftBan, listBans } from '../../../src/cli/bans/execute-bans.ts'
import { type OpenObjects, openObjects } from '../../worker/open-objects.ts'
import { createOperatorShell, runningAt } from './open-operator.ts'

let objects: OpenObjects
let at: { readonly url: string }

beforeAll(async () => {
  objects = await openObjects()
  at = { url: objects.url }
})
afterAll(() => objects.stop())

const add = (flags: Partial<AddFlags> = {}): AddFlags => ({ ...at, for: '1h', action: 'block', ...flags })

describe('sallyport bans', () => {
  const { shell, printed } = createOperatorShell()
  afterEach(() => printed())

  test('adds, lists and lifts', async () => {
    expect(await listBans(at, shell)).toBe(0)
    expect(printed()).toBe(`Nobody is banned at ${at.url}.`)
    expect(await addBan('192.0.2.7', add({ for: '30m', reason: 'scrapes prices' }), shell)).toBe(0)
    expect(printed()).toMatch(
      /^Banned: 192\.0\.2\.7 \(address\), block, 30 min left, by operator: scrapes prices {2}\[[0-9a-f]{16}\]$/,
    )
    await addBan('AS64500', add({ action: 'challenge' }), shell)
    printed()
    expect(await listBans(at, shell)).toBe(0)
    const [head, ...rows] = printed().split('\n')
    expect(head).toBe(`2 ban(s) at ${at.url}`)
    expect(rows).toHaveLength(2)
    const row = rows.find((text) => text.includes('192.0.2.7')) ?? ''
    expect(row.split(/ {2,}/).slice(1)).toEqual([
      'address',
      '192.0.2.7',
      'block',
      '30 min left',
      'operator',
      'scrapes prices',
    ])
    expect(await liftBan(row.slice(0, 16), at, shell)).toBe(0)
    expect(printed()).toMatch(
      /^Lifted: 192\.0\.2\.7 .*\nDetection and limits leave it alone for ten minutes\.$/,
    )
    expect(await liftBan('AS64500', at, shell)).toBe(0)
    printed()
    await listBans(at, shell)
    expect(printed()).toContain('Nobody is banned')
  })

  test('prints JSON for programs', async () => {
    await addBan('192.0.2.8', add({ json: true }), shell)
    const { ban } = JSON.parse(printed())
    expect(ban).toMatchObject({ key: '192.0.2.8', by: 'operator' })
    await listBans({ ...at, json: true }, shell)
    expect(JSON.parse(printed())).toEqual({ bans: [ban] })
    await listBans({ ...at, json: true, by: 'detection' }, shell)
    expect(JSON.parse(printed())).toEqual({ bans: [] })
    await liftBan('192.0.2.8', { ...at, json: true }, shell)
    expect(JSON.parse(printed())).toEqual({ lifted: [ban] })
  })

  test('says so when whom it lifts was not banned', async () => {
    expect(await liftBan('192.0.2.99', at, shell)).toBe(0)
    expect(printed()).toContain('Was not banned by itself')
  })

  test.each([
    ['a key that is none', 1, () => addBan('192.0.2.7/24', add(), shell), 'has host bits set'],
    ['an id that is none', 1, () => liftBan('0123456789abcdef', at, shell), 'no ban in force with this id'],
    [
      'an action that is none',
      1,
      () => addBan('192.0.2.7', add({ action: 'drop' }), shell),
      'action is one of',
    ],
    ['a time that is none', 2, () => addBan('192.0.2.7', add({ for: 'soon' }), shell), '--for takes'],
    ['a source that is none', 2, () => listBans({ ...at, by: 'me' }, shell), '--by takes one of'],
  ] as const)('explains %s and ends with %i', async (_, code, act, message) => {
    expect(await act()).toBe(code)
    expect(printed()).toContain(message)
  })
})

describe('sallyport attack', () => {
  const { shell, printed } = createOperatorShell()
  afterEach(() => printed())

  test('holds attack mode, shows it, and leaves it to detection', async () => {
    const place = { ...at, host: 'www.example.com', route: 'site' }
    expect(await switchAttack('on', { ...place, for: '30m', reason: 'drill' }, shell)).toBe(0)
    expect(printed()).toMatch(
      /^route site of www\.example\.com: held on by an operator since \S+, 30 min left: drill$/,
    )
    await switchAttack('off', at, shell)
    expect(printed()).toContain('all routes of all hosts: held off by an operator')
    expect(await showAttacks(at, shell)).toBe(0)
    expect(printed().split('\n')).toHaveLength(3)
    expect(await releaseAttack(place, shell)).toBe(0)
    expect(printed()).toBe('Left to detection again: route site of www.example.com.')
    await releaseAttack(at, shell)
    printed()
    expect(await releaseAttack(at, shell)).toBe(0)
    expect(printed()).toContain('Nothing was set for all routes of all hosts')
    await showAttacks({ ...at, json: true }, shell)
    expect(JSON.parse(printed())).toEqual({ attacks: [] })
  })
})

describe('the edge that is asked', () => {
  test('is that of npm start, with its token, unless --url names another', async () => {
    const { shell, printed } = createOperatorShell({}, runningAt(objects.url))
    expect(await listBans({}, shell)).toBe(0)
    expect(printed()).toContain(objects.url)
  })

  test.each<readonly [string, number, Parameters<typeof listBans>[0], string]>([
    ['nothing runs and none is named', 1, {}, 'No local edge runs from this folder'],
    [
      'there is no token',
      2,
      { url: 'https://www.example.com' },
      'There is no token for https://www.example.com',
    ],
    ['the token would travel in clear', 2, { url: 'http://www.example.com' }, '--url has to be https'],
    ['the URL is none', 2, { url: 'www.example.com' }, '--url takes the address of the edge'],
    ['the URL has a password', 2, { url: 'https://a:b@www.example.com' }, '--url takes the address'],
    ['a token file has no edge', 2, { tokenFile: 'x' }, '--token-file goes with --url'],
    ['the token file is not there', 1, { url: 'https://e.example', tokenFile: '/nowhere/x' }, '(ENOENT)'],
  ])('is not asked when %s', async (_, code, flags, message) => {
    const { shell, printed } = createOperatorShell({})
    expect(await listBans(flags, shell)).toBe(code)
    expect(printed()).toContain(message)
  })

  test('does not get the token of the environment when it is a local run', async () => {
    const { shell, printed } = createOperatorShell(undefined, runningAt(objects.url, 'w'.repeat(43)))
    expect(await listBans({}, shell)).toBe(1)
    expect(printed()).toContain('(401, route.operator-token)')
  })

  test('is said not to answer when it does not', async () => {
    const { shell, printed } = createOperatorShell()
    expect(await listBans({ url: 'http://127.0.0.1:1' }, shell)).toBe(1)
    expect(printed()).toContain('http://127.0.0.1:1 does not answer')
  })
})

describe('what is no edge', () => {
  let server: Server
  let url = ''
  let seen = 0
  let status = 200
  let body = ''

  beforeAll(async () => {
    server = createServer((request, response) => {
      seen++
      const headers = request.url === '/elsewhere' ? {} : { location: '/elsewhere' }
      response.writeHead(status, headers).end(body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.close()
  })

  test.each([
    ['a page', 200, '<html>', 'not as an edge does'],
    ['another JSON', 200, '{"bans": [{"id": "x"}]}', 'in a form that this command does not know'],
    ['a redirect', 302, '', 'answered 302'],
    [
      'a problem with control characters',
      403,
      '{"detail": "a\\u001b[2Jb", "rule": "x"}',
      'a\\u{1B}[2Jb (403, x)',
    ],
  ])('is not believed: %s', async (_, code, content, message) => {
    status = code
    body = content
    seen = 0
    const { shell, printed } = createOperatorShell()
    expect(await listBans({ url }, shell)).toBe(1)
    expect(printed()).toContain(message)
    expect(seen).toBe(1)
  })
})
