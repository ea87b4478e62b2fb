import { describe, expect, test } from 'vitest'
import type { OriginRobots } from '../../../../src/ingress/bots/crawlers/origin-robots.ts'
import { createRobotsFile, type RobotsFile } from '../../../../src/ingress/bots/crawlers/robots-file.ts'
import { agent, crawlersOf, DENY, LABYRINTH } from './policy-fixture.ts'

const SITE = 'https://shop.example'
const AGENTS = [agent('GPTBot', 'ai-train')]
const MINUTE = 60_000
const START = 1_800_000_000_000

const model = (robots: 'merge' | 'replace' | 'off') => ({
  crawlers: crawlersOf({ 'ai-train': DENY }, { robots }),
  labyrinth: LABYRINTH,
})

function open(robots: 'merge' | 'replace' = 'merge'): RobotsFile {
  const file = createRobotsFile(model(robots), AGENTS, 'enforce')
  if (!file) throw new TypeError()
  return file
}

/** An origin that answers in turn, and the last answer from then on. */
function origin(...answers: readonly OriginRobots[]) {
  const asked = { times: 0 }
  const ask = async (): Promise<OriginRobots> =>
    answers[Math.min(asked.times++, answers.length - 1)] ?? { kind: 'none' }
  return { ask, asked }
}

const text = (body: string): OriginRobots => ({ kind: 'text', text: body })
const DOWN: OriginRobots = { kind: 'down' }

describe('the answer to /robots.txt', () => {
  test('is ours and the origin’s in one, and may be cached', async () => {
    const { ask } = origin(text('User-agent: *\nDisallow: /cart'))
    expect(await open().answer(SITE, ask, START)).toEqual({
      status: 200,
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        'x-content-type-options': 'nosniff',
        'cache-control': 'public, max-age=300',
      },
      body: 'User-agent: GPTBot\nDisallow: /\n\nUser-agent: *\nDisallow: /catalogue/\nDisallow: /cart\n',
    })
  })

  test('is ours alone when the origin has none', async () => {
    const { body } = await open().answer(SITE, origin({ kind: 'none' }).ask, START)
    expect(body).toBe('User-agent: GPTBot\nDisallow: /\n\nUser-agent: *\nDisallow: /catalogue/\n')
  })

  test('asks the origin once in five minutes and site', async () => {
    const file = open()
    const { ask, asked } = origin(text('User-agent: *\nDisallow: /a'), text('User-agent: *\nDisallow: /b'))
    await file.answer(SITE, ask, START)
    expect((await file.answer(SITE, ask, START + 5 * MINUTE - 1)).body).toContain('/a')
    expect(asked.times).toBe(1)
    expect((await file.answer(SITE, ask, START + 5 * MINUTE)).body).toContain('/b')
    expect(asked.times).toBe(2)
  })

  test('keeps what it knew for a day while the origin is down, and asks it now and then', async () => {
    const file = open()
    const { ask, asked } = origin(text('User-agent: *\nDisallow: /a'), DOWN)
    await file.answer(SITE, ask, START)
    for (const later of [5, 5.4, 60, 1440]) {
      const { status, body } = await file.answer(SITE, ask, START + later * MINUTE)
      expect([later, status, body.includes('/a')]).toEqual([later, 200, true])
    }
    expect(asked.times).toBe(4)
    expect((await file.answer(SITE, ask, START + 1441 * MINUTE)).status).toBe(503)
  })

  test('asks an origin that is down once in half a minute, also when nothing is known', async () => {
    const file = open()
    const { ask, asked } = origin(DOWN, text('User-agent: *\nDisallow: /a'))
    expect((await file.answer(SITE, ask, START)).status).toBe(503)
    expect((await file.answer(SITE, ask, START + 29_999)).status).toBe(503)
    expect(asked.times).toBe(1)
    expect((await file.answer(SITE, ask, START + 30_000)).body).toContain('/a')
  })

  test('gives what there is while an origin that is slow is being asked', async () => {
    const file = open()
    const { ask, asked } = origin(text('User-agent: *\nDisallow: /a'), text('User-agent: *\nDisallow: /b'))
    await file.answer(SITE, ask, START)
    const later = START + 5 * MINUTE
    const answers = await Promise.all(Array.from({ length: 9 }, () => file.answer(SITE, ask, later)))
    expect(asked.times).toBe(2)
    expect(answers.filter(({ body }) => body.includes('/b'))).toHaveLength(1)
    expect((await file.answer(SITE, ask, later + 1)).body).toContain('/b')
  })

  test('says that it is not known rather than open what the origin may have closed', async () => {
    expect(await open().answer(SITE, origin(DOWN).ask, START)).toMatchObject({
      status: 503,
      headers: { 'retry-after': '60', 'cache-control': 'no-store' },
    })
  })

  test('passes redirects on', async () => {
    const { ask } = origin({
      kind: 'elsewhere',
      status: 301,
      location: 'https://www.shop.example/robots.txt',
    })
    expect(await open().answer(SITE, ask, START)).toMatchObject({
      status: 301,
      headers: { location: 'https://www.shop.example/robots.txt' },
    })
  })

  test('does not ask the origin with replace', async () => {
    const { ask, asked } = origin(DOWN)
    expect((await open('replace').answer(SITE, ask, START)).status).toBe(200)
    expect(asked.times).toBe(0)
  })

  test('is the origin’s own with off, and while nothing is enforced', () => {
    expect(createRobotsFile(model('off'), AGENTS, 'enforce')).toBeUndefined()
    for (const mode of ['off', 'log'] as const)
      expect(createRobotsFile(model('merge'), AGENTS, mode)).toBeUndefined()
  })

  test('remembers 64 sites at most, and asks again after a clock was set back', async () => {
    const file = open()
    const { ask, asked } = origin({ kind: 'none' })
    for (let i = 0; i < 65; i++) await file.answer(`https://s${i}.example`, ask, START)
    await file.answer('https://s64.example', ask, START)
    expect(asked.times).toBe(65)
    await file.answer('https://s0.example', ask, START)
    expect(asked.times).toBe(66)
    await file.answer('https://s0.example', ask, START - 86_400_000)
    expect(asked.times).toBe(67)
  })
})
