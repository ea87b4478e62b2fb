import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLabyrinth, type Labyrinth } from '../../../../src/ingress/bots/labyrinth/labyrinth.ts'
import { createMazeVisits } from '../../../../src/ingress/bots/labyrinth/maze-visits.ts'
import { createFacts, type FactsChange } from '../../../http/facts.ts'
import { LABYRINTH } from '../crawlers/policy-fixture.ts'

const NOW = 1_800_000_000_000
const HOUR = 3_600_000
const WEEK = 168 * HOUR
const secret = (fill: number): Uint8Array => new Uint8Array(32).fill(fill)

const open = (fill = 1): Labyrinth => createLabyrinth(LABYRINTH, { secret: secret(fill) })

function entrance(labyrinth: Labyrinth, address = '192.0.2.1', now = NOW): string {
  const path = labyrinth.linkFor(createFacts({ address }), now)
  if (path === undefined) throw new TypeError('there is a link')
  return path
}

const visit = (labyrinth: Labyrinth, change: FactsChange, now = NOW): number => {
  labyrinth.answer(createFacts(change), now)
  return labyrinth.visits(createFacts(change), now)
}

const linksOf = (body: string): readonly string[] =>
  [...body.matchAll(/<a href="([^"]+)"/g)].map((match) => match[1] ?? '')

describe('a page of the maze', () => {
  test('is the same whenever it is asked for, another at each path, and another with another key', () => {
    const path = `${entrance(open())}ledger-1`
    const page = (labyrinth: Labyrinth, target: string): string =>
      labyrinth.answer(createFacts({ target }), NOW).body
    expect(page(open(), path)).toBe(page(open(), path))
    expect(page(open(), path)).not.toBe(page(open(), `${path}2`))
    expect(page(open(), path)).not.toBe(page(open(2), path))
  })

  test('is kept, indexed and run by nobody', () => {
    expect(open().answer(createFacts({ target: entrance(open()) }), NOW)).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'private, no-store',
        'x-robots-tag': 'noindex, nofollow',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
      },
    })
  })

  test('is small, leads further, and holds nothing of the path, whatever that is', () => {
    const labyrinth = open()
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('a', '/', '%', '"', '<', 'é', '\u0001', '.', '\ud800'),
          maxLength: 300,
        }),
        fc.boolean(),
        (name, inMaze) => {
          const marked = `${name}<script>MARK`
          const target = `${inMaze ? LABYRINTH.path : '/'}${encodeURIComponent(marked.toWellFormed())}`
          const { body } = labyrinth.answer(createFacts({ target }), NOW)
          expect(new TextEncoder().encode(body).length).toBeLessThanOrEqual(8192)
          expect(body).not.toContain('MARK')
          const links = linksOf(body).filter((link) => link !== '/')
          expect(links.length).toBeGreaterThan(2)
          expect(links.filter((link) => !/^\/catalogue\/[0-9a-f]{12}\/[a-z0-9-]+$/.test(link))).toEqual([])
        },
      ),
      { numRuns: 100 },
    )
  })

  test('says to people what it is, and leads them back', () => {
    const { body } = open().answer(createFacts({ target: LABYRINTH.path }), NOW)
    expect(body).toContain('<p>These pages are made by a machine')
    expect(body).toContain('<a href="/">Back to the site</a>')
    expect(body).toContain('<meta name="robots" content="noindex, nofollow">')
  })

  test('leads to pages without end that differ', () => {
    const labyrinth = open()
    const seen = new Set<string>()
    let target = entrance(labyrinth)
    for (let depth = 0; depth < 50; depth++) {
      const { body } = labyrinth.answer(createFacts({ target }), NOW)
      seen.add(body)
      target = linksOf(body).at(-1) ?? ''
    }
    expect(seen.size).toBe(50)
  })
})

describe('visits of the maze', () => {
  test('are counted by network', () => {
    const labyrinth = open()
    const target = entrance(labyrinth)
    expect(visit(labyrinth, { target })).toBe(1)
    expect(visit(labyrinth, { target: `${target}x`, address: '192.0.2.200' })).toBe(2)
    expect(labyrinth.visits(createFacts({ address: '192.0.3.1' }), NOW)).toBe(0)
    const six = entrance(labyrinth, '2001:db8:1:2::3')
    expect(visit(labyrinth, { target: six, address: '2001:db8:1:ffff::9' })).toBe(1)
    expect(visit(labyrinth, { target: six, address: '2001:db8:2::1' })).toBe(0)
  })

  test('are counted with a link that this network was given, and with no other', () => {
    const labyrinth = open()
    for (const target of [
      entrance(labyrinth, '198.51.100.1'),
      LABYRINTH.path,
      `${LABYRINTH.path}000000000000/`,
      entrance(open(2)),
      entrance(labyrinth).slice(0, -1),
      entrance(labyrinth, '192.0.2.1', NOW - 2 * WEEK),
      entrance(labyrinth, '192.0.2.1', NOW + WEEK),
      '/page',
    ])
      expect([target, visit(labyrinth, { target })]).toEqual([target, 0])
    expect(visit(labyrinth, { target: entrance(labyrinth, '192.0.2.1', NOW - WEEK) })).toBe(1)
  })

  test.each([
    ['a prefetch', { 'sec-purpose': 'prefetch;prerender' }],
    ['a prefetch of an older browser', { purpose: 'prefetch' }],
    ['a prefetch of Firefox', { 'x-moz': 'prefetch' }],
    [
      'a link on another site',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
    ],
    ['an image on another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' }],
    ['a link on another host of the site', { 'sec-fetch-site': 'same-site', 'sec-fetch-dest': 'document' }],
    ['an image in a comment', { 'sec-fetch-site': 'same-origin', 'sec-fetch-dest': 'image' }],
    ['a frame', { 'sec-fetch-site': 'same-origin', 'sec-fetch-dest': 'iframe' }],
  ])('are not counted for %s', (_, fields) => {
    const labyrinth = open()
    expect(visit(labyrinth, { target: entrance(labyrinth), headers: Object.entries(fields) })).toBe(0)
  })

  test.each([
    ['a program', {}],
    ['a browser that is driven', { 'sec-fetch-site': 'same-origin', 'sec-fetch-dest': 'document' }],
    ['a script in one', { 'sec-fetch-site': 'none', 'sec-fetch-dest': 'empty' }],
  ])('are counted for %s', (_, fields) => {
    const labyrinth = open()
    expect(visit(labyrinth, { target: entrance(labyrinth), headers: Object.entries(fields) })).toBe(1)
  })

  test('say nothing of clients without an address', () => {
    const labyrinth = open()
    const nobody = { target: LABYRINTH.path, client: { address: undefined } }
    expect(visit(labyrinth, nobody)).toBe(0)
    expect(labyrinth.linkFor(createFacts(nobody), NOW)).toBeUndefined()
  })

  test('fade within an hour', () => {
    const visits = createMazeVisits()
    const hour = Math.ceil(NOW / HOUR) * HOUR
    for (let i = 0; i < 40; i++) visits.note('a', hour)
    expect(visits.of('a', hour + HOUR - 1)).toBe(40)
    expect(visits.of('a', hour + 1.5 * HOUR)).toBe(20)
    expect(visits.of('a', hour + 2 * HOUR)).toBe(0)
    visits.note('a', hour + HOUR)
    expect(visits.of('a', hour + HOUR)).toBe(41)
  })

  test('survive a clock that is set back', () => {
    const visits = createMazeVisits()
    visits.note('a', NOW)
    visits.note('a', NOW - 5 * HOUR)
    expect(visits.of('a', NOW)).toBe(2)
  })

  test('take a fixed memory: those seen longest ago are forgotten', () => {
    const visits = createMazeVisits(3)
    for (const name of ['a', 'b', 'c', 'a', 'd']) visits.note(name, NOW)
    expect(['a', 'b', 'c', 'd'].map((name) => visits.of(name, NOW))).toEqual([2, 0, 1, 1])
  })
})

describe('the maze in a policy', () => {
  test('ends requests below its path, as a stage that is enforced', () => {
    const { check } = open()
    expect(check(createFacts({ target: '/catalogue/x' }))).toMatchObject({
      action: 'respond',
      stage: 'bots',
      rule: 'bots.labyrinth',
      status: 200,
      mode: 'enforce',
    })
    expect(check(createFacts({ target: '/catalogue' }))).toBeUndefined()
    expect(check(createFacts({ target: '/catalogues/' }))).toBeUndefined()
  })

  test('is not there while it is off or logs', () => {
    for (const mode of ['off', 'log'] as const) {
      const labyrinth = createLabyrinth({ ...LABYRINTH, mode }, { secret: secret(1) })
      expect(labyrinth.check(createFacts({ target: '/catalogue/x' }))).toBeUndefined()
      expect(labyrinth.linkFor(createFacts(), NOW)).toBeUndefined()
    }
  })

  test('has no link when the policy says so', () => {
    const labyrinth = createLabyrinth({ ...LABYRINTH, link: false }, { secret: secret(1) })
    expect(labyrinth.linkFor(createFacts(), NOW)).toBeUndefined()
  })
})
