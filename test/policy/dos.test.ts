import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { isDosModel } from '../../src/bundle/dos-shape.ts'
import { compileDos, DOS_FILE, dosSchema } from '../../src/policy/dos.ts'
import type { Problem } from '../../src/policy/problem.ts'
import { readSection } from '../../src/policy/section.ts'

const shipped = readFileSync(new URL('../../rules/dos.yaml', import.meta.url), 'utf8')

function problemsOf(text: string): readonly string[] {
  const result = readSection(new Map([[DOS_FILE, text]]), DOS_FILE, dosSchema)
  return result.ok
    ? []
    : result.problems.map(({ line, path, message, fix }) => `${line} ${path}: ${message}. ${fix}`)
}

test('the shipped file holds the defaults, as it says', () => {
  expect(dosSchema.parse(parse(shipped))).toEqual(dosSchema.parse({}))
})

test('what a policy may say, a bundle may hold', () => {
  const model = dosSchema.parse({
    bans: { mode: 'off', status: 499 },
    detection: {
      min_rate: 1,
      factor: 1.5,
      explains: 100,
      timeout: '1d',
      max_timeout: '7d',
      wide_action: 'log',
    },
    attack_mode: { min_rate: 1_000_000, factor: 1000, error_share: 1, quiet: '1d', action: 'log' },
    bodies: {
      first_byte: '10m',
      deadline: '1h',
      min_rate: 0,
      json: { max_depth: 1, max_keys: 1, max_items: 1, max_string: '64MiB' },
      xml: { max_depth: 10_000, max_elements: 1, max_attributes: 1 },
      form: { max_keys: 1 },
      compressed: { allow: ['br', 'zstd', 'br'], max_size: '64MiB', max_ratio: 1 },
    },
  })
  expect(model.bodies).toMatchObject({ first_byte_ms: 600_000, compressed: { allow: ['br', 'zstd'] } })
  expect(isDosModel(JSON.parse(JSON.stringify(model)))).toBe(true)
})

test('a first ban that is longer than the longest is a mistake', () => {
  const result = readSection(new Map([[DOS_FILE, 'detection:\n  timeout: 2h\n']]), DOS_FILE, dosSchema)
  const problems: Problem[] = []
  if (result.ok) compileDos(result.section, problems)
  expect(problems).toMatchObject([
    {
      line: 2,
      path: 'detection.timeout',
      message: 'The first ban (timeout: 2h) is longer than the longest (max_timeout: 1h)',
      fix: 'Write max_timeout: 2h or more, or a shorter timeout.',
    },
  ])
})

describe('a mistake is told with its line and what to write', () => {
  test.each([
    ['detection:\n  factor: 1.2', '2 detection.factor: factor must be at least 1.5. Write at least 1.5.'],
    ['detection:\n  timeout: 5s', '2 detection.timeout: 5s is out of range. Write a value from 10s to 1d.'],
    [
      'detection:\n  explain: 60',
      '2 detection.explain: There is no "explain" here. Did you mean explains? Known here: mode, min_rate, factor, explains, timeout, max_timeout, wide_action.',
    ],
    ['bans:\n  status: 200', '2 bans.status: status must be at least 400. Write at least 400.'],
    [
      'attack_mode:\n  action: block',
      '2 attack_mode.action: action cannot be "block". Known here: challenge, log.',
    ],
    ['bodies:\n  deadline: 30', '2 bodies.deadline: This duration has no unit. Write 30s or 30ms.'],
    [
      'bodies:\n  compressed:\n    allow: [gzip, snappy]',
      '3 bodies.compressed.allow[1]: Entry 1 cannot be "snappy". Known here: gzip, deflate, br, zstd.',
    ],
  ])('%s', (text, told) => {
    expect(problemsOf(text)).toEqual([told])
  })
})
