import { describe, expect, test } from 'vitest'
import { parseAddress } from '../../../src/net/address.ts'
import { openPrefixSet } from '../../../src/net/prefix-set.ts'
import { compileRangeSnapshots, fetchedOf } from '../../../src/policy/bots/range-snapshots.ts'
import { RANGE_SOURCES } from '../../../src/policy/bots/range-sources.ts'
import type { Problem } from '../../../src/policy/problem.ts'

const DAY = Date.parse('2026-08-20') / 1000
const GOOD = `# Addresses of googlebot
# source: https://example.com/list.json
# fetched: 2026-08-20
66.249.64.0/27
2001:4860:4801:10::/64
`

function compile(files: Readonly<Record<string, string>>, now = DAY) {
  const problems: Problem[] = []
  const warnings: Problem[] = []
  const compiled = compileRangeSnapshots(new Map(Object.entries(files)), problems, warnings, now)
  return { ...compiled, problems, warnings }
}

describe('snapshots of published ranges', () => {
  test('become a set and a count with the day they are from', () => {
    const { sources, sets, problems, warnings } = compile({ 'bots/ranges/googlebot.txt': GOOD })
    expect([problems, warnings]).toEqual([[], []])
    const { snapshot } = sources.find(({ id }) => id === 'googlebot') ?? {}
    expect(snapshot).toEqual({ part: 'bots/ranges/googlebot', count: 2, fetched: DAY })
    const set = openPrefixSet(sets.get('bots/ranges/googlebot') ?? new ArrayBuffer(0))
    const address = parseAddress('66.249.64.5')
    expect(address && set.lookup(address)).toBe(1)
  })

  test('may all be missing: the sources are known all the same', () => {
    const { sources, sets, problems } = compile({})
    expect(sources).toEqual(RANGE_SOURCES)
    expect(sets.size).toBe(0)
    expect(problems).toEqual([])
  })

  test('of no known source are a problem with a suggestion', () => {
    const { problems } = compile({ 'bots/ranges/goglebot.txt': GOOD })
    expect(problems).toMatchObject([{ file: 'bots/ranges/goglebot.txt', line: 1 }])
    expect(problems[0]?.fix).toContain('Did you mean googlebot?')
  })

  test('are wrong line by line', () => {
    const { problems, sources } = compile({ 'bots/ranges/bingbot.txt': `${GOOD}nonsense\n5.9.0.7/24\n` })
    expect(problems.map(({ line }) => line)).toEqual([6, 7])
    expect(sources.every(({ snapshot }) => snapshot === undefined)).toBe(true)
  })

  test.each([
    ['without a day', '66.249.64.0/27\n', 'does not say when'],
    ['with a day that is none', '# fetched: 2026-13-45\n66.249.64.0/27\n', 'does not say when'],
    ['without entries', '# fetched: 2026-08-20\n', 'empty'],
    ['with private addresses', '# fetched: 2026-08-20\n192.168.0.0/16\n', 'not public address space'],
    ['with half of the Internet', '# fetched: 2026-08-20\n128.0.0.0/1\n', 'wider than a /8'],
  ])('%s are refused', (_, content, message) => {
    const { problems } = compile({ 'bots/ranges/applebot.txt': content })
    expect(problems).toMatchObject([{ message: expect.stringContaining(message), line: 1 }])
  })

  test('get a warning after ninety days', () => {
    const files = { 'bots/ranges/googlebot.txt': GOOD }
    expect(compile(files, DAY + 90 * 86_400).warnings).toEqual([])
    expect(compile(files, DAY + 91 * 86_400).warnings).toMatchObject([
      { file: 'bots/ranges/googlebot.txt', message: expect.stringContaining('91 days old') },
    ])
  })

  test('may say the time of day', () => {
    expect(fetchedOf('# fetched: 2026-08-20T01:00:00Z\n')).toBe(DAY + 3600)
    expect(fetchedOf('# fetched 2026-08-20\n')).toBeUndefined()
  })
})

test('sources have ids and addresses of their own, over https', () => {
  expect(new Set(RANGE_SOURCES.map(({ id }) => id)).size).toBe(RANGE_SOURCES.length)
  expect(new Set(RANGE_SOURCES.map(({ url }) => url)).size).toBe(RANGE_SOURCES.length)
  for (const { id, url } of RANGE_SOURCES) {
    expect(id).toMatch(/^[a-z0-9-]{1,64}$/)
    expect(new URL(url).protocol).toBe('https:')
  }
})
