import { describe, expect, test } from 'vitest'
import { list, modelOf, networks, page, signedDirectory, source, World } from './world.ts'

const URL_A = 'https://a.example/list'
const URL_B = 'https://b.example/list'
const MODEL = modelOf([source('a'), source('b', 'text')])
const DAY = 86_400_000

/** Both lists are fetched, and an isolate has them. */
async function begun() {
  const world = new World()
  world.pages.set(URL_A, page(list(...networks(100)), { etag: '"one"' }))
  world.pages.set(URL_B, page('6.1.0.0/24\n2600:1f00::/48\n'))
  const report = await world.cron(MODEL)
  const policy = world.policy(MODEL)
  const isolate = world.isolate()
  isolate.supply(policy)
  await world.look(isolate)
  const again = async (): Promise<ReturnType<World['cron']>> => {
    world.now += DAY
    const next = await world.cron(MODEL)
    await world.look(isolate)
    return next
  }
  return { world, report, policy, isolate, again }
}

describe('the cron', () => {
  test('fetches every list, and isolates have them', async () => {
    const { world, report, policy } = await begun()
    expect(report).toMatchObject({ found: 'absent', written: true })
    expect(report.sources).toMatchObject([
      { id: 'a', count: 100 },
      { id: 'b', count: 2 },
    ])
    expect(world.find(policy, '5.0.7.1', 'a')).toBe('inside')
    expect(world.find(policy, '6.1.0.1', 'b')).toBe('inside')
    expect(world.find(policy, '2600:1f00::1', 'b')).toBe('inside')
    expect(world.find(policy, '7.0.0.1', 'a', 'b')).toBe('outside')
  })

  test('writes one line, with what failed in it', async () => {
    const { world, again } = await begun()
    world.pages.delete(URL_B)
    await again()
    expect(world.lines.map((line) => JSON.parse(line))).toEqual([
      { kind: 'bots-data', event: 'fetched', found: 'absent', written: true, lists: 2, failed: [] },
      {
        kind: 'bots-data',
        event: 'fetched',
        found: 'good',
        written: true,
        lists: 2,
        failed: [{ id: 'b', why: 'unreachable' }],
      },
    ])
  })

  test('says who asks, and asks for the list only if it is another', async () => {
    const { world, again, policy } = await begun()
    world.pages.set(URL_A, ({ headers }) => {
      const isSame = new Headers(headers).get('if-none-match') === '"one"'
      return new Response(isSame ? null : list('9.9.9.0/24'), { status: isSame ? 304 : 200 })
    })
    const report = await again()
    expect(world.asked[0]?.headers.get('user-agent')).toMatch(/^sallyport/)
    expect(world.asked[0]?.headers.get('if-none-match')).toBeNull()
    expect(report.sources[0]).toEqual({
      id: 'a',
      count: 100,
      fetched: world.now / 1000,
      checked: world.now / 1000,
    })
    expect(world.find(policy, '5.0.7.1', 'a')).toBe('inside')
    // What is the same is as good as new.
    expect(policy.ranges.ages(world.now)[0]?.age).toBe(0)
  })

  const html = '<!doctype html><title>Just a moment…</title>'
  test.each([
    ['is not reachable', undefined, 'unreachable'],
    ['answers 503', () => new Response(null, { status: 503 }), 'http-503'],
    ['answers 404', () => new Response(list('9.9.9.0/24'), { status: 404 }), 'http-404'],
    ['is a page of errors', page(html), 'malformed'],
    ['is empty', page(list()), 'empty'],
    ['has no content', () => new Response(null), 'malformed'],
    ['has shrunk', page(list(...networks(9))), 'shrank'],
    ['has grown', page(list(...networks(1001))), 'grew'],
    ['has everybody on it', page(list('0.0.0.0/1', '128.0.0.0/1')), 'too-wide'],
    ['has private addresses', page(list(...networks(50), '10.0.0.0/16')), 'special'],
    ['is too long', page(' '.repeat(1024 * 1024 + 1)), 'too-large'],
    ['is not text', () => new Response(new Uint8Array([0xff, 0xfe])), 'not-utf8'],
    ['leads to http', () => redirect('http://a.example/list'), 'not-https'],
    ['leads in circles', () => redirect(URL_A), 'too-many-redirects'],
    ['leads nowhere', () => new Response(null, { status: 302 }), 'bad-redirect'],
    ['breaks off', () => new Response(broken()), 'unreachable'],
  ] as const)('keeps the last good list when one %s', async (_, found, why) => {
    const { world, again, policy } = await begun()
    if (found) world.pages.set(URL_A, found)
    else world.pages.delete(URL_A)
    const report = await again()
    expect(report.sources).toMatchObject([
      { id: 'a', count: 100, why, fetched: world.now / 1000 - 86_400, checked: world.now / 1000 },
      { id: 'b', count: 2, fetched: world.now / 1000 },
    ])
    expect(world.find(policy, '5.0.7.1', 'a')).toBe('inside')
    expect(policy.ranges.ages(world.now)).toMatchObject([{ age: 86_400 }, { age: 0 }])
  })

  test('proves nothing by a list that could not be fetched for long', async () => {
    const { world, again, policy } = await begun()
    world.pages.delete(URL_A)
    for (let day = 0; day < 7; day++) await again()
    expect(world.find(policy, '7.0.0.1', 'a')).toBe('outside')
    await again()
    expect(world.find(policy, '7.0.0.1', 'a')).toBe('unknown')
    expect(world.find(policy, '5.0.7.1', 'a')).toBe('inside')
  })

  test('follows a redirect to https', async () => {
    const world = new World()
    world.pages.set(URL_A, () => redirect('/new/place'))
    world.pages.set('https://a.example/new/place', page(list('9.9.9.0/24')))
    expect((await world.cron(modelOf([source('a')]))).sources).toMatchObject([{ count: 1 }])
  })

  test('compares with the snapshot of the policy as long as nothing was fetched', async () => {
    const world = new World()
    world.pages.set(URL_A, page(list('9.9.9.0/24')))
    const snapshot = { part: 'bots/ranges/a', count: 300, fetched: world.now / 1000 - 60 }
    const report = await world.cron(modelOf([{ ...source('a'), snapshot }]))
    expect(report.sources).toMatchObject([{ why: 'shrank', fetched: 0 }])
  })

  test('takes a change that an operator has taken into a newer snapshot', async () => {
    const { world } = await begun()
    world.now += DAY
    world.pages.set(URL_A, page(list('9.9.9.0/24')))
    const snapshot = { part: 'bots/ranges/a', count: 1, fetched: world.now / 1000 - 60 }
    const report = await world.cron(modelOf([{ ...source('a'), snapshot }]))
    expect(report.sources).toMatchObject([{ id: 'a', count: 1, fetched: world.now / 1000 }])
  })

  test('begins anew with a source that has moved', async () => {
    const { world } = await begun()
    const moved = { ...source('a'), url: 'https://new.example/list' }
    world.pages.set(moved.url, page(list('9.9.9.0/24')))
    expect((await world.cron(modelOf([moved]))).sources).toMatchObject([{ count: 1 }])
  })

  test('fetches forty at most in one run, those first that have waited longest', async () => {
    const world = new World()
    const ids = Array.from({ length: 60 }, (_, i) => `s${i}`)
    for (const id of ids) world.pages.set(`https://${id}.example/list`, page(list('9.9.9.0/24')))
    const model = modelOf(ids.map((id) => source(id)))
    await world.cron(model)
    expect(world.asked).toHaveLength(40)
    world.now += DAY
    const { sources } = await world.cron(model)
    expect(world.asked).toHaveLength(80)
    expect(sources.every(({ fetched }) => fetched > 0)).toBe(true)
  })

  test('keeps two calls for the store, however often lists redirect', async () => {
    const world = new World()
    const sources = Array.from({ length: 39 }, (_, i) => source(`s${i}`))
    for (const { url } of sources) {
      for (let hop = 0; hop < 3; hop++)
        world.pages.set(`${url}${'x'.repeat(hop)}`, () =>
          Response.redirect(`${url}${'x'.repeat(hop + 1)}`, 302),
        )
      world.pages.set(`${url}xxx`, page(list('5.9.0.0/24')))
    }
    for (let run = 1; run <= 7; run++) {
      world.asked.length = 0
      expect((await world.cron(modelOf(sources))).written).toBe(true)
      expect(world.asked.length).toBeLessThanOrEqual(47)
      world.now += DAY / 4
    }
    const { sources: after } = await world.cron(modelOf(sources))
    expect(after.filter(({ fetched }) => fetched > 0)).toHaveLength(39)
  })

  test('does nothing while the store does not answer: what is in it may be good', async () => {
    const { world, policy } = await begun()
    const { value } = world
    world.isStoreDown = true
    world.asked.length = 0
    expect(await world.cron(MODEL)).toMatchObject({ found: 'failed', written: false })
    expect(world.asked).toEqual([])
    expect(world.value).toBe(value)
    expect(world.find(policy, '5.0.7.1', 'a')).toBe('inside')
  })

  test('does not go on from a value that was forged', async () => {
    const { world } = await begun()
    await world.cron(modelOf([source('a')]), new Uint8Array(16).fill(9))
    world.pages.delete(URL_A)
    const report = await world.cron(MODEL)
    expect(report).toMatchObject({ found: 'bad-mac', written: true })
    expect(report.sources[0]).toMatchObject({ id: 'a', count: 0, fetched: 0, why: 'unreachable' })
  })
})

describe('the directories of keys', () => {
  const HOST = 'https://agent.example'
  const DIRECTORY = `${HOST}/.well-known/http-message-signatures-directory`

  test('are fetched, kept and given to isolates', async () => {
    const world = new World()
    const { keyid, page: directory } = signedDirectory(HOST, () => world.now)
    world.pages.set(DIRECTORY, directory)
    const model = modelOf([], [HOST])
    expect((await world.cron(model)).directories).toMatchObject([{ id: HOST, count: 1 }])
    const policy = world.policy(model)
    const isolate = world.isolate()
    isolate.supply(policy)
    await world.look(isolate)
    expect(policy.keys.keysOf(HOST, keyid, world.now)).toBeDefined()
    world.pages.delete(DIRECTORY)
    world.now += 3_600_000
    const report = await world.cron(model)
    await world.look(isolate)
    expect(report.directories).toMatchObject([{ id: HOST, count: 1, why: expect.any(String) }])
    expect(policy.keys.keysOf(HOST, keyid, world.now)).toBeDefined()
    expect(isolate.report(world.now)).toMatchObject({
      directories: [{ host: HOST, count: 1, age: 3600 }],
      failed: [{ id: HOST }],
    })
  })
})

function redirect(location: string): Response {
  return new Response(null, { status: 302, headers: { location } })
}

function broken(): ReadableStream {
  return new ReadableStream({
    pull(controller) {
      controller.error(new TypeError('terminated'))
    },
  })
}
