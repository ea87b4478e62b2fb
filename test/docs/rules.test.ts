import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { ANOMALY_RULES } from '../../src/http/anomaly-rules.ts'
import {
  BODY_TOO_LARGE,
  METHOD,
  SIZE_RULES,
  STRUCTURE_RULES,
  UNDERSCORE,
} from '../../src/http/hygiene-rules.ts'
import { accessSchema } from '../../src/policy/access.ts'
import { botsSchema } from '../../src/policy/bots/bots-schema.ts'
import { dosSchema } from '../../src/policy/dos.ts'
import { hygieneSchema } from '../../src/policy/hygiene.ts'
import { limitsSchema } from '../../src/policy/limits-schema.ts'
import { testsSchema } from '../../src/policy/policy-tests.ts'
import { formatDuration, formatSize } from '../../src/policy/quantities.ts'
import { requestField } from '../../src/policy/request-field.ts'
import { routesSchema } from '../../src/policy/route-schema.ts'
import { customSchema, redirectsSchema, transformsSchema } from '../../src/policy/rule-schema.ts'
import { settingsSchema } from '../../src/policy/settings.ts'
import { readPage, readTable, unquote } from './page.ts'

const page = readPage('rules.md')
const rows = [
  '### Hygiene: framing and identity',
  '### Hygiene: the target',
  '### Hygiene: methods and sizes',
  '### Access, limits, routes, forwarding',
].flatMap((heading) => readTable(page, heading))

/** Rule ids that are written out in the source, such as `route.unknown-host`. */
function findWrittenIds(): readonly string[] {
  const source = fileURLToPath(new URL('../../src', import.meta.url))
  const rooms = ['http', 'ingress', 'pipeline', 'shield', 'worker']
  const files = rooms.flatMap((room) =>
    readdirSync(`${source}/${room}`, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(`${source}/${room}/${name}`, 'utf8')),
  )
  const ids = files.flatMap((text) =>
    [...text.matchAll(/(?:\brule: |\bcause\()['`]([a-z]+\.[^'`]+)['`]/g)].map(([, id = '']) => id),
  )
  return [...new Set(ids.map((id) => id.replace(/\$\{[^}]*\}/, '<id>')))]
}

const hygieneRules = [...STRUCTURE_RULES, ...ANOMALY_RULES, ...SIZE_RULES, BODY_TOO_LARGE, METHOD] as const
const hygieneIds = [...hygieneRules, UNDERSCORE].map(({ id }) => `hygiene.${id}`)

describe('docs/rules.md: rule ids', () => {
  test('every rule of the code has a row, and every row a rule', () => {
    const written = findWrittenIds().filter((id) => id !== 'hygiene.<id>')
    expect(written).toContain('forward.timeout')
    expect(written).toContain('limits.<id>')
    const code = new Set([...hygieneIds, ...written])
    expect(new Set(rows.map(([id = '']) => unquote(id)))).toEqual(code)
  })

  test.each(hygieneRules.map(({ id, status }) => [id, status] as const))(
    'hygiene.%s has its status, %i',
    (id, status) => {
      const statuses = rows.filter(([cell]) => cell === `\`hygiene.${id}\``).map(([, cell]) => cell)
      expect(statuses).toEqual([String(status)])
    },
  )

  test('a rule is said to be relaxable where it is', () => {
    const said = rows.filter(([, , , cure = '']) => cure.includes('relax: [')).map(([id = '']) => unquote(id))
    expect(said).toEqual(ANOMALY_RULES.filter((rule) => rule.relaxable).map(({ id }) => `hygiene.${id}`))
  })
})

interface Shape {
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Shape>>
  readonly properties?: Readonly<Record<string, Shape>>
  readonly items?: Shape
  readonly anyOf?: readonly Shape[]
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
}

/** All keys that hold a value, as `routes[].forward.origin`. A list of maps has none of its own. */
function* leavesOf(shape: Shape, path: string): Generator<readonly [path: string, shape: Shape]> {
  const inner = [shape, ...(shape.items ? [shape.items] : [])]
  const branches = inner.flatMap((each) => [each, ...(each.anyOf ?? [])])
  const maps = branches.filter(({ properties }) => properties !== undefined)
  const isMap =
    maps.length > 0 && branches.every(({ properties, anyOf, items }) => properties ?? anyOf ?? items)
  if (path !== '' && !isMap) yield [path, shape]
  for (const { properties = {} } of maps) {
    for (const [key, value] of Object.entries(properties)) {
      const prefix = path === '' ? '' : `${path}${shape.items ? '[]' : ''}.`
      yield* leavesOf(value, prefix + key)
    }
  }
}

const id = 'x'
const forward = { origin: 'http://o.example' }
const route = { id, hosts: ['a.example'], path: '/' }
const rule = { id, expression: 'ssl' }
const headers = { set: { a: 'b' } }
/** `least`: files with only what is required. `defaults`: how many rows at least tell one. */
const FILES: readonly (readonly [
  file: string,
  schema: z.ZodType,
  least: readonly unknown[],
  defaults: number,
])[] = [
  ['settings.yaml', settingsSchema, [{}], 3],
  ['hygiene.yaml', hygieneSchema, [{}], 3],
  ['access.yaml', accessSchema, [{ guards: [{ id }] }], 3],
  [
    'limits.yaml',
    limitsSchema,
    [
      {
        limits: [{ id, characteristics: ['ip.src'], period: 1, requests_per_period: 1 }],
        login_protection: [{ id, paths: ['/login'] }],
      },
    ],
    3,
  ],
  ['dos.yaml', dosSchema, [{}], 3],
  [
    'bots.yaml',
    botsSchema,
    [
      {
        identity: { agents: [{ name: 'Example', pattern: 'example', class: 'other' }] },
        bands: [{ name: 'all', from: 0, level: 'none' }],
      },
    ],
    30,
  ],
  ['redirects.yaml', redirectsSchema, [{ redirects: [{ ...rule, redirect: { target: '/x' } }] }], 3],
  [
    'custom.yaml',
    customSchema,
    [{ rules: [{ ...rule, action: 'block' }] }, { rules: [{ ...rule, action: 'skip', skip: {} }] }],
    3,
  ],
  [
    'transforms.yaml',
    transformsSchema,
    [{ request_headers: [{ ...rule, headers }], response_headers: [{ ...rule, headers }] }],
    3,
  ],
  ['tests/*.yaml', testsSchema, [{ tests: [{ name: 'a', request: '/', expect: {} }] }], 0],
  ['Requests in examples and tests', requestField, [{ url: '/' }], 2],
  [
    'routes/*.yaml',
    routesSchema,
    [
      { routes: [{ ...route, forward }] },
      { routes: [{ ...route, redirect: { location: '/x' } }] },
      { routes: [{ ...route, respond: { status: 200 } }] },
    ],
    3,
  ],
]

/** The value at a path such as `limits[].period` once a file with only what is required was read. */
function defaultAt(schema: z.ZodType, least: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => {
    const name = key.replace('[]', '')
    const found = (value as Readonly<Record<string, unknown>> | undefined)?.[name]
    return key.endsWith('[]') && Array.isArray(found) ? found[0] : found
  }, schema.parse(least))
}

/** What the page may write for a default of the code. */
function spellings(value: unknown): readonly string[] {
  if (typeof value === 'number') {
    return [String(value), formatSize(value), formatDuration(value), formatDuration(value * 1000)]
  }
  if (Array.isArray(value)) return value.length === 0 ? ['none', 'all'] : [`[${value.join(', ')}]`]
  if (value === '') return ['empty']
  return typeof value === 'object' ? ['none'] : [String(value)]
}

describe.each(FILES)('docs/rules.md: %s', (file, schema, least, defaults) => {
  const table = new Map(readTable(page, `### ${file}`).map(([key = '', ...rest]) => [unquote(key), rest]))
  const {
    $ref,
    $defs = {},
    ...own
  } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape
  const shape = $defs[$ref?.split('/').at(-1) ?? ''] ?? own
  const leaves = new Map(leavesOf(shape, ''))

  test('has a row for every key, and a key for every row', () => {
    expect(leaves.size).toBeGreaterThan(5)
    expect([...table.keys()].sort()).toEqual([...leaves.keys()].sort())
  })

  test('says each default', () => {
    let compared = 0
    for (const [key, [written = '']] of table) {
      const value = least.map((each) => defaultAt(schema, each, key)).find((each) => each !== undefined)
      if (
        value === undefined ||
        written === 'required' ||
        written.includes('`path`') ||
        written.includes('`exact`')
      )
        continue
      expect([key, spellings(value)]).toEqual([key, expect.arrayContaining([unquote(written)])])
      compared++
    }
    expect(compared).toBeGreaterThanOrEqual(defaults)
  })

  test('says the bounds of each number and the words of each choice', () => {
    for (const [key, [, bounds = '']] of table) {
      const leaf = leaves.get(key)
      const words = (leaf?.items?.enum ?? leaf?.enum ?? []).map(String)
      expect([key, bounds.split(', ')]).toEqual([key, expect.arrayContaining(words)])
      if (leaf?.minimum === undefined || leaf.maximum === undefined) continue
      expect([key, bounds]).toEqual([key, `${leaf.minimum} to ${leaf.maximum}`])
    }
  })
})

/** Rows whose bounds the schema checks in code: both ends pass, and nothing beyond them. */
const QUANTITIES = FILES.flatMap(([file, schema, [least]]) =>
  readTable(page, `### ${file}`).flatMap(([key = '', , bounds = '']) => {
    const match = /^(\d+[A-Za-z]*) to (\d+[A-Za-z]+)$/.exec(bounds)
    return match ? [{ key: unquote(key), low: match[1] ?? '', high: match[2] ?? '', schema, least }] : []
  }),
)

function putAt(least: unknown, path: string, value: string): unknown {
  const copy = structuredClone(least) as Record<string, unknown>
  const keys = path.replaceAll('[]', '.0').split('.')
  const last = keys.pop() ?? ''
  const place = keys.reduce((node, key) => {
    node[key] ??= {}
    return node[key] as Record<string, unknown>
  }, copy)
  place[last] = value
  return copy
}

test.each(QUANTITIES)('docs/rules.md: $key goes from $low to $high and no further', (row) => {
  const accepts = (value: string): boolean => row.schema.safeParse(putAt(row.least, row.key, value)).success
  const beyond = row.high.replace(/^\d+/, (digits) => String(Number(digits) + 1))
  const below = row.low.replace(/^\d+/, (digits) => String(Number(digits) - 1))
  const low = row.low === '0' ? '0s' : row.low
  expect([accepts(low) || accepts('0B'), accepts(row.high), accepts(beyond), accepts(below)]).toEqual([
    true,
    true,
    false,
    false,
  ])
})
