import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { COMPONENTS } from '../../src/signature/profile.ts'
import { buildRecord } from '../../src/worker/record.ts'
import { createDecided, REFUSAL } from '../worker/decided.ts'
import { readPage, readTable } from './page.ts'

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
  const decided = { ...createDecided({ terminal: REFUSAL, logged: [REFUSAL] }), matched: ['rules.a'] }
  const { facts } = decided
  const full = {
    ...facts,
    target: { ...facts.target, query: '?a=1' },
    client: { ...facts.client, country: 'DE', asn: 64500, colo: 'FRA' },
  }
  const fields = keysOf(buildRecord({ ...decided, facts: full }, true))
  expect(fields).toContain('client.ip')
  expect([...firstCells(readPage('decision-records.md'), "## The edge's record")].sort()).toEqual(
    [...fields].sort(),
  )
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
