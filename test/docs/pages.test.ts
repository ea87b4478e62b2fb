import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { createChallengeStats } from '../../src/ingress/challenge/challenge-stats.ts'
import { createBanTable } from '../../src/ingress/dos/ban-table.ts'
import { createWatch } from '../../src/ingress/dos/watch.ts'
import { createLimiter } from '../../src/ingress/limits/limiter.ts'
import { createRules } from '../../src/ingress/rules/rules.ts'
import { COMPONENTS } from '../../src/signature/profile.ts'
import { formatMetrics } from '../../src/worker/metrics.ts'
import { buildRecord } from '../../src/worker/record.ts'
import { createWatchSync } from '../../src/worker/watch-sync.ts'
import { BOT, createDecided, REFUSAL } from '../worker/decided.ts'
import { readBlocks, readPage, readTable } from './page.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PAGES = readdirSync(`${ROOT}/docs`).filter((name) => name.endsWith('.md'))

/** The anchor that a heading gets where Markdown is shown with anchors. */
function toAnchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^a-z0-9 _-]/g, '')
    .replaceAll(' ', '-')
}

function anchorsOf(page: string): readonly string[] {
  return [...page.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) => toAnchor(heading))
}

/** Names in backticks in the first cells of a table. */
function firstCells(page: string, heading: string): readonly string[] {
  return readTable(page, heading).flatMap(([cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  )
}

describe.each(PAGES)('docs/%s', (name) => {
  const page = readPage(name)

  test('leads nowhere that is not there', () => {
    for (const [, link = ''] of page.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (link.startsWith('https://')) continue
      const [file = '', anchor] = link.split('#')
      const target = file === '' ? name : file
      expect([link, existsSync(`${ROOT}/docs/${target}`)]).toEqual([link, true])
      if (anchor !== undefined)
        expect([link, anchorsOf(readPage(target))]).toEqual([link, expect.arrayContaining([anchor])])
    }
  })

  test('names no file that is not there', () => {
    for (const [, path = ''] of page.matchAll(/`((?:src|test|rules)\/[\w./-]+)`/g)) {
      expect([path, existsSync(`${ROOT}/${path}`)]).toEqual([path, true])
    }
  })

  test('runs no npm script that package.json does not have', () => {
    const { scripts } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8')) as { scripts: object }
    for (const [, script = ''] of page.matchAll(/npm run (?:--silent )?([\w:]+)/g)) {
      expect(Object.keys(scripts)).toContain(script)
    }
  })
})

test('docs/life-of-a-request.md names every signed component', () => {
  const section = readPage('life-of-a-request.md').split('## What is signed')[1] ?? ''
  for (const [, component = ''] of COMPONENTS.matchAll(/"([^"]+)"/g))
    expect(section).toContain(`\`${component}\``)
})

test('docs/origin.md explains every failure the verifier can log, and no other', () => {
  const failures = ['signature/failure.ts', 'origin/outcome.ts'].flatMap((file) => {
    const text = readFileSync(`${ROOT}/src/${file}`, 'utf8')
    return [...text.matchAll(/^ {2}\| '([a-z-]+)'$/gm)].map(([, failure = '']) => failure)
  })
  expect(failures.length).toBeGreaterThan(20)
  expect([...firstCells(readPage('origin.md'), '## What the log says')].sort()).toEqual(failures.sort())
})

/** Keys of a record, with `client.ip` for what lies below. */
function keysOf(record: object): readonly string[] {
  return Object.entries(record).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? keysOf(value).map((inner) => `${key}.${inner}`)
      : [key],
  )
}

test('docs/decision-records.md explains every field of the edge’s record, and no other', () => {
  const decided = {
    ...createDecided({ terminal: REFUSAL, logged: [REFUSAL], bot: BOT }),
    matched: ['rules.a'],
    charge: { agent: 'GPTBot', price: 'USD 0.01' },
  }
  const { facts } = decided
  const full = {
    ...facts,
    target: { ...facts.target, query: '?a=1' },
    client: { ...facts.client, country: 'DE', asn: 64500, colo: 'FRA' },
  }
  const fields = keysOf(buildRecord({ ...decided, facts: full }, true)).map((name) =>
    name.replace(/^bot\.signals\..*/, 'bot.signals'),
  )
  expect(fields).toContain('client.ip')
  expect([...firstCells(readPage('decision-records.md'), "## The edge's record")].sort()).toEqual(
    [...fields].sort(),
  )
})

test('docs/decision-records.md names every stage', () => {
  const text = readFileSync(`${ROOT}/src/http/decision.ts`, 'utf8')
  const [, union = ''] = /^export type Stage = (.+)$/m.exec(text) ?? []
  const stages = [...union.matchAll(/'([a-z]+)'/g)].map(([, stage = '']) => stage)
  const [, , meaning = ''] =
    readTable(readPage('decision-records.md'), "## The edge's record").find(([cell]) => cell === '`stage`') ??
    []
  expect(stages.length).toBeGreaterThan(5)
  expect([...meaning.matchAll(/`([a-z]+)`/g)].map(([, stage]) => stage)).toEqual(stages)
})

describe('docs/decision-records.md: health and metrics', () => {
  const page = readPage('decision-records.md')
  const shards = { exchange: () => ({ answers: [], isolates: 1, verdicts: [], cursor: 0 }) }
  const limits = createLimiter([], {
    shards,
    shardCount: 1,
    secret: new Uint8Array(16),
    timer: () => () => {},
    isolate: 1,
    random: () => 0,
  }).stats
  const rules = createRules({
    rules: [],
    limits: [],
    lists: new Map(),
    mode: 'off',
    isCleared: () => true,
  }).stats
  const watch = createWatchSync(
    createWatch({ isolate: 1, random: () => 0, now: 0 }),
    createBanTable(),
    undefined,
  ).stats

  const one = { a: 1 }
  const FAILED = createChallengeStats().failed
  const bots = { bands: one, verdicts: one, classes: one, decisions: one }

  test('has every metric with its type and labels, and no other', () => {
    const text = formatMetrics(
      {
        state: 'live',
        source: 'kv',
        serial: 1,
        version: 'a',
        kill: [],
        reads: 1,
        refusals: { 'bad-signature': 1 },
        shadow: { candidate: 'b', evaluated: 1, disagreed: 1, failed: 0, disagreements: { a: 1 } },
      },
      {
        limits,
        rules,
        watch,
        bots,
        challenge: { issued: 1, solved: 1, unknown: 1, failed: FAILED },
        lists: [{ id: 'bingbot', count: 1, age: 1 }],
      },
    )
    const labels = new Map(
      [...text.matchAll(/^(sallyport_\w+)(?:\{(.*)\})? /gm)].map(([, name = '', pairs = '']) => [
        name,
        [...pairs.matchAll(/(\w+)="/g)].map(([, label = '']) => `\`${label}\``).join(', '),
      ]),
    )
    const written = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name = '', type = '']) => [
      `\`${name}\``,
      type,
      labels.get(name),
    ])
    expect(readTable(page, '## Health and metrics').map((row) => row.slice(0, 3))).toEqual(written)
  })

  test.each([
    ['limits', limits],
    ['the watch', watch],
    ['rules', rules],
  ])('has every event of %s, and no other', (name, stats) => {
    expect([...firstCells(page, `### Events of ${name}`)].sort()).toEqual(Object.keys(stats).sort())
  })

  test('docs/deploy.md shows the sums that health has', () => {
    const [shown = ''] = readBlocks(readPage('deploy.md'), ['json'])
    const health = JSON.parse(shown) as Readonly<Record<string, object>>
    const names = Object.entries({ limits, rules, watch }).map(([name, stats]) => [name, Object.keys(stats)])
    expect(names).toEqual(
      Object.keys({ limits, rules, watch }).map((name) => [name, Object.keys(health[name] ?? {})]),
    )
  })
})

test('docs/decision-records.md explains every field of the verifier’s record, and no other', () => {
  const text = readFileSync(`${ROOT}/src/origin/record.ts`, 'utf8')
  const shape = /export interface DecisionRecord \{\n([\s\S]*?)\n\}/.exec(text)?.[1] ?? ''
  const fields = [...shape.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, field = '']) => field)
  expect(fields.length).toBeGreaterThan(5)
  expect([...firstCells(readPage('decision-records.md'), "## The verifier's record")].sort()).toEqual(
    fields.sort(),
  )
})
