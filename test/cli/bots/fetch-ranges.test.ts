import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { addBotsFetch, executeFetchRanges } from '../../../src/cli/bots/fetch-ranges.ts'
import type { Fetch } from '../../../src/ingress/bots/bounded-fetch.ts'
import { compileRangeSnapshots } from '../../../src/policy/bots/range-snapshots.ts'
import { RANGE_SOURCES } from '../../../src/policy/bots/range-sources.ts'
import type { Problem } from '../../../src/policy/problem.ts'

const NOW = new Date('2026-11-23T09:00:00Z')
/** Answers of all operators, by the path of their URL. */
const answers = new Map<string, { readonly status: number; readonly text: string }>()
let server: Server
let origin = ''
let folder = ''

beforeAll(async () => {
  server = createServer((request, response) => {
    const { status, text } = answers.get(request.url ?? '') ?? { status: 404, text: '' }
    response.writeHead(status).end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sallyport-ranges-'))
  answers.clear()
})
afterEach(() => rm(folder, { recursive: true }))

/** All of the Internet is the local server. */
const fetchLocally: Fetch = (url, init) => {
  const { pathname, search } = new URL(url)
  return fetch(origin + pathname + search, init)
}

async function run(only: readonly string[], accept: readonly string[] = []) {
  const lines: string[] = []
  const code = await executeFetchRanges(
    { folder, only, accept },
    { fetch: fetchLocally, now: NOW, write: (line) => void lines.push(line) },
  )
  return { code, lines }
}

function answer(id: string, prefixes: readonly string[], status = 200): void {
  const source = RANGE_SOURCES.find((each) => each.id === id)
  if (!source) throw new Error(id)
  const entries = prefixes.map((text) => (text.includes(':') ? { ipv6Prefix: text } : { ipv4Prefix: text }))
  const { pathname, search } = new URL(source.url)
  const text = source.format === 'json' ? JSON.stringify({ prefixes: entries }) : prefixes.join('\n')
  answers.set(pathname + search, { status, text })
}

const snapshot = (id: string): Promise<string> => readFile(join(folder, `bots/ranges/${id}.txt`), 'utf8')

describe('bots fetch', () => {
  test('writes a snapshot that the policy compiles', async () => {
    answer('bingbot', ['157.55.39.0/24', '2600:1f00::/48', '40.77.167.0/24', '40.77.167.0/24'])
    expect(await run(['bingbot'])).toEqual({ code: 0, lines: ['bingbot: 3 prefixes, new'] })
    const content = await snapshot('bingbot')
    expect(content.split('\n').slice(1)).toEqual([
      '# source: https://www.bing.com/toolbox/bingbot.json',
      '# fetched: 2026-11-23',
      '157.55.39.0/24',
      '2600:1f00::/48',
      '40.77.167.0/24',
      '',
    ])
    const problems: Problem[] = []
    const files = new Map([['bots/ranges/bingbot.txt', content]])
    const { sources } = compileRangeSnapshots(files, problems, problems, NOW.getTime() / 1000)
    expect(problems).toEqual([])
    expect(sources.find(({ id }) => id === 'bingbot')?.snapshot?.count).toBe(3)
    expect(await readdir(join(folder, 'bots/ranges'))).toEqual(['bingbot.txt'])
  })

  test('says what has changed', async () => {
    answer('bingbot', ['157.55.39.0/24', '40.77.167.0/24'])
    await run(['bingbot'])
    expect((await run(['bingbot'])).lines).toEqual(['bingbot: 2 prefixes, unchanged since 2026-11-23'])
    answer('bingbot', ['40.77.167.0/24', '40.77.168.0/24', '40.77.169.0/24'])
    expect((await run(['bingbot'])).lines).toEqual(['bingbot: 3 prefixes, 2 more, 1 fewer since 2026-11-23'])
  })

  test('fetches all lists, and goes on when one is down', async () => {
    for (const { id } of RANGE_SOURCES) answer(id, ['5.9.0.0/24'])
    answer('googlebot', [], 503)
    const { code, lines } = await run([])
    expect(code).toBe(1)
    expect(lines).toHaveLength(RANGE_SOURCES.length + 1)
    expect(lines[0]).toBe('googlebot: not taken: The list could not be fetched (http-503); there is none.')
    expect(lines.at(-1)).toBe(`1 of ${RANGE_SOURCES.length} lists could not be taken.`)
    expect(await readdir(join(folder, 'bots/ranges'))).toHaveLength(RANGE_SOURCES.length - 1)
  })

  test('asks for the way out when no operator can be reached', async () => {
    const { lines } = await run([])
    expect(lines.at(-2)).toBe(`${RANGE_SOURCES.length} of ${RANGE_SOURCES.length} lists could not be taken.`)
    expect(lines.at(-1)).toContain('HTTPS_PROXY=')
  })

  test('keeps the snapshot when a list is not plausible, and takes it when told to', async () => {
    answer(
      'googlebot',
      Array.from({ length: 30 }, (_, i) => `5.9.${i}.0/24`),
    )
    await run(['googlebot'])
    const before = await snapshot('googlebot')
    answer('googlebot', ['5.9.0.0/24', '5.9.1.0/24'])
    const { code, lines } = await run(['googlebot'])
    expect([code, lines[0]]).toEqual([
      1,
      'googlebot: not taken: It has 2 entries; the last good one has 30; 30 prefixes of 2026-11-23 stay. If that is right, add --accept googlebot.',
    ])
    expect(await snapshot('googlebot')).toBe(before)
    expect((await run(['googlebot'], ['googlebot'])).code).toBe(0)
    expect(await snapshot('googlebot')).toContain('5.9.1.0/24\n')
  })

  test('writes over a snapshot that is broken', async () => {
    answer('bingbot', ['5.9.0.0/24'])
    await run(['bingbot'])
    await writeFile(join(folder, 'bots/ranges/bingbot.txt'), '')
    expect(await run(['bingbot'])).toEqual({
      code: 0,
      lines: ['bingbot: 1 prefixes, 1 more, 0 fewer since an unknown day'],
    })
  })

  test('knows its lists', async () => {
    const { code, lines } = await run(['bingbto'])
    expect(code).toBe(2)
    expect(lines[0]).toContain('Did you mean bingbot?')
  })

  test('makes no policy folder that is not there', async () => {
    answer('bingbot', ['5.9.0.0/24'])
    const missing = join(folder, 'ruels')
    const lines: string[] = []
    const code = await executeFetchRanges(
      { folder: missing, only: ['bingbot'], accept: [] },
      { fetch: fetchLocally, now: NOW, write: (line) => void lines.push(line) },
    )
    expect([code, lines]).toEqual([
      1,
      [`There is no policy folder ${missing}. Name the one that holds routes/, as --policy rules.`],
    ])
  })

  test('says which file cannot be written, and goes on', async () => {
    answer('bingbot', ['5.9.0.0/24'])
    await writeFile(join(folder, 'bots'), 'in the way')
    const { code, lines } = await run(['bingbot'])
    expect(code).toBe(1)
    expect(lines[0]).toContain('bingbot.txt cannot be written')
  })

  test('is a command of its own', () => {
    const bots = new Command('bots')
    addBotsFetch(bots)
    expect(bots.commands.map((command) => command.name())).toEqual(['fetch'])
    expect(bots.commands[0]?.helpInformation()).toContain('--accept <ids...>')
  })
})
