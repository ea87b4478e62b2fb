import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { parse } from 'yaml'
import { ANOMALY_RULES, acceptedAnomalies } from '../../src/http/anomaly-rules.ts'
import {
  BODY_TOO_LARGE,
  METHOD,
  SIZE_RULES,
  STRUCTURE_RULES,
  UNDERSCORE,
} from '../../src/http/hygiene-rules.ts'
import { hygieneSchema } from '../../src/policy/hygiene.ts'
import { loadPolicy } from '../../src/policy/load-policy.ts'

const shipped: Readonly<Record<string, unknown>> = parse(
  readFileSync(new URL('../../rules/hygiene.yaml', import.meta.url), 'utf8'),
)

function loadRoute(line: string) {
  const route = `{id: a, hosts: [app.example], path: /, respond: {status: 200}, ${line}}`
  return loadPolicy(new Map([['routes/site.yaml', `routes: [${route}]`]]))
}

const ALL = [...STRUCTURE_RULES, ...ANOMALY_RULES, ...SIZE_RULES, METHOD, UNDERSCORE]

describe('the fix a refusal names', () => {
  it.each(ANOMALY_RULES.filter((rule) => rule.relaxable))(
    'for $id is a line that a route takes',
    async (rule) => {
      const line = /^Add `(.*)` to the route in rules\/routes\/\.$/.exec(rule.fix)?.[1]
      expect(line).toBe(`relax: [${rule.id}]`)
      const result = await loadRoute(line ?? '')
      expect(result.ok && acceptedAnomalies(result.model.routes[0]?.relax ?? [])).toBe(rule.bit)
    },
  )

  it.each(ANOMALY_RULES.filter((rule) => !rule.relaxable))(
    'for $id does not exist, and no route takes it',
    async ({ id, fix }) => {
      expect(fix).toContain('cannot be')
      expect((await loadRoute(`relax: [${id}]`)).ok).toBe(false)
      expect(acceptedAnomalies([id])).toBe(0)
    },
  )

  it.each(SIZE_RULES)('for $id is a key of the shipped policy', async ({ id, fix }) => {
    const raised = /^Raise `([a-z_]+)` in rules\/hygiene\.yaml\.$/.exec(fix)?.[1]
    if (raised !== undefined) {
      expect(Object.keys(shipped)).toContain(raised)
      const bound = Number(Reflect.get(hygieneSchema.parse({}), raised))
      expect(hygieneSchema.parse({ [raised]: bound + 1 })).toMatchObject({ [raised]: bound + 1 })
    } else if (id === 'body-too-large') {
      expect(fix).toBe('Raise `max_body` on the route in rules/routes/.')
      expect((await loadRoute('max_body: 1GiB')).ok).toBe(true)
    } else {
      const [, key, value] = /^Set `([a-z_]+): ([a-z]+)` in rules\/hygiene\.yaml\.$/.exec(fix) ?? []
      expect(hygieneSchema.parse({ [String(key)]: value })).toMatchObject({ [String(key)]: value })
    }
  })

  it('for a method is the list of methods, and the list takes neither TRACE nor CONNECT', () => {
    expect(METHOD.fix).toContain('`methods` in rules/hygiene.yaml')
    expect(hygieneSchema.safeParse({ methods: ['GET', 'PURGE'] }).success).toBe(true)
    for (const method of ['TRACE', 'CONNECT']) {
      expect(hygieneSchema.safeParse({ methods: ['GET', method] }).success).toBe(false)
    }
  })
})

test('every bound of the shipped policy is a rule that names it', () => {
  const fixes = [...SIZE_RULES, METHOD].map(({ fix }) => fix).join('\n')
  for (const key of Object.keys(shipped)) expect(fixes).toContain(`\`${key}`)
})

test('every rule says in a sentence what is wrong and what to do, with a status of the client’s fault', () => {
  for (const { id, status, reason, fix } of [...ALL, BODY_TOO_LARGE]) {
    expect(id).toMatch(/^[a-z]+(?:-[a-z0-9]+)*$/)
    expect([400, 405, 413, 414, 431]).toContain(status)
    expect(reason).toMatch(/^[A-Z].*\.$/)
    expect(fix).toMatch(/^[A-Z].*\.$/)
  }
})

test('no two rules share an id, but for the two bounds on the target’s length', () => {
  const ids = ALL.map(({ id }) => id)
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual(['url-too-long'])
})

test('relaxations add up, and unknown ones accept nothing', () => {
  const both = acceptedAnomalies(['encoded-slash', 'query-nul'])
  expect(both).toBe(acceptedAnomalies(['encoded-slash']) | acceptedAnomalies(['query-nul']))
  expect(acceptedAnomalies([])).toBe(0)
  expect(acceptedAnomalies(['', 'method', 'host'])).toBe(0)
})
