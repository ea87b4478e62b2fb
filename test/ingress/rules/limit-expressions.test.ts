import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { Characteristic, LimitModel } from '../../../src/bundle/model.ts'
import type { BodyFacts } from '../../../src/http/rule-fields/rule-facts.ts'
import type { RuleRun } from '../../../src/ingress/rules/rule-run.ts'
import { createFacts, type FactsChange } from '../../http/facts.ts'
import { createLimit } from '../limits/request.ts'
import {
  BLOCK,
  CUSTOM,
  createRule,
  openRules,
  parseTest,
  parseText,
  RESPONSE,
  rewrite,
} from './rule-models.ts'

const NOW = 1_795_000_000_000
const FORM: FactsChange = { headers: [['content-type', 'Application/X-WWW-Form-URLencoded; charset=utf-8']] }

const expression = (text: string): Characteristic => ({
  kind: 'expression',
  node: parseText(text, 'http_ratelimit'),
  source: text,
})

const counting = (text: string): Pick<LimitModel, 'counting'> => ({
  counting: { filter: parseTest(text, 'http_ratelimit.counting'), readsResponse: text.includes('response') },
})

function begin(limits: readonly LimitModel[], change: FactsChange = {}): RuleRun {
  return openRules([], { limits }).begin({ request: createFacts(change), now: NOW })
}

function valuesOf(texts: readonly string[], change: FactsChange = {}, body?: BodyFacts) {
  const run = begin([createLimit({ id: 'a', characteristics: texts.map(expression) })], change)
  if (body) run.withBody(body)
  return run.limits.values('a')
}

const whole = (raw: string): BodyFacts => ({ raw, size: raw.length, truncated: false })
const answer = (status: number) => ({ status, headers: new Headers({ 'x-kind': 'login' }) })

describe('the filter of a limit', () => {
  const limits = [
    createLimit({ id: 'api', filter: parseTest('starts_with(http.request.uri.path, "/api/")') }),
    createLimit({ id: 'all' }),
  ]

  it('says which requests it is about; without one it is about all', () => {
    const about = (target: string) => ['api', 'all'].map((id) => begin(limits, { target }).limits.matches(id))
    expect([about('/api/x'), about('/x')]).toEqual([
      [true, true],
      [false, true],
    ])
  })

  it('is true of a limit that there is not, and counts', () => {
    const { limits: expressions } = begin(limits)
    expect([expressions.matches('x'), expressions.counts('x'), expressions.values('x')]).toEqual([
      true,
      true,
      [],
    ])
  })
})

describe('what counts', () => {
  it('may be told by the request alone', () => {
    const limits = [createLimit({ id: 'a', ...counting('http.request.method eq "POST"') })]
    const counts = (method: string) => begin(limits, { method }).limits.counts('a')
    expect([counts('POST'), counts('GET')]).toEqual([true, false])
  })

  it('may be told by the response, each time anew', () => {
    const limits = [
      createLimit({
        id: 'a',
        ...counting('http.response.code in {401 403} and http.response.headers["x-kind"][0] eq "login"'),
      }),
    ]
    const { limits: expressions } = begin(limits)
    expect([200, 401, 404, 403].map((status) => expressions.counts('a', answer(status)))).toEqual([
      false,
      true,
      false,
      true,
    ])
    expect(expressions.counts('a')).toBe(false)
  })

  it('is told after rules have edited the response, which it does not see', () => {
    const edit = rewrite({ operation: 'set', name: 'x-kind', value: 'other' })
    const rules = openRules([createRule('ssl', edit, { phase: RESPONSE })], {
      limits: [createLimit({ id: 'a', ...counting('http.response.headers["x-kind"][0] eq "login"') })],
    })
    const run = rules.begin({ request: createFacts(), now: NOW })
    const response = answer(200)
    expect(run.transformResponse(response).edits).toHaveLength(1)
    expect(run.limits.counts('a', response)).toBe(true)
  })
})

describe('values to count by', () => {
  test.each<[string, FactsChange, string | undefined]>([
    ['lower(http.request.headers["x-tenant"][0])', { headers: [['X-Tenant', 'ACME']] }, 'acme'],
    ['lower(http.request.headers["x-tenant"][0])', {}, undefined],
    ['http.request.headers["x-tenant"][0]', { headers: [['X-Tenant', '']] }, ''],
    ['ip.src.asnum', { client: { asn: 64500 } }, '64500'],
    ['ip.src.asnum', {}, undefined],
    ['cidr(ip.src, 24, 48)', { address: '192.0.2.77' }, '192.0.2.0'],
    ['cidr(ip.src, 24, 48)', { address: '2001:db8:1:2::3' }, '2001:db8:1::'],
    ['ssl', {}, 'true'],
  ])('%s of %j is %s', (text, change, expected) => {
    expect(valuesOf([text], change)).toEqual([expected])
  })

  it('come in the order of the characteristics, past those that are no expressions', () => {
    const characteristics = [
      expression('http.host'),
      { kind: 'ip.src' } as const,
      expression('http.request.method'),
    ]
    const run = begin([createLimit({ id: 'a', characteristics })], { host: 'a.example', method: 'PUT' })
    expect(run.limits.values('a')).toEqual(['a.example', 'PUT'])
  })
})

describe('content', () => {
  const TEXTS = [
    'http.request.body.form["user"][0]',
    'http.request.body.size',
    'http.request.body.truncated',
    'lookup_json_string(http.request.body.raw, "name")',
    'http.request.body.mime',
  ]

  it('is missing until it was read', () => {
    expect(valuesOf(TEXTS, FORM)).toEqual([undefined, undefined, undefined, undefined, undefined])
  })

  it('is seen once it was read, also by what was asked before', () => {
    const run = begin([createLimit({ id: 'a', characteristics: [expression('http.request.body.size')] })])
    expect(run.limits.values('a')).toEqual([undefined])
    run.withBody(whole('abc'))
    expect(run.limits.values('a')).toEqual(['3'])
  })

  it('is a form by its Content-Type only', () => {
    const body = whole('user=ada&x=1')
    expect(valuesOf(TEXTS, FORM, body)).toEqual(['ada', '12', 'false', undefined, 'text/plain'])
    expect(valuesOf(TEXTS, {}, body)[0]).toBeUndefined()
  })

  it('may be JSON, and cut', () => {
    const body = { raw: '{"name": "ada"}', size: 70_000, truncated: true }
    expect(valuesOf(TEXTS, {}, body)).toEqual([undefined, '70000', 'true', 'ada', 'application/json'])
  })

  it('is there for counting by the response, too', () => {
    const limits = [
      createLimit({ id: 'a', ...counting('http.response.code eq 401 and http.request.body.size gt 2') }),
    ]
    const run = begin(limits)
    expect(run.limits.counts('a', answer(401))).toBe(false)
    run.withBody(whole('abc'))
    expect([run.limits.counts('a', answer(401)), run.limits.counts('a', answer(200))]).toEqual([true, false])
  })

  it('changes nothing of what rules have done', () => {
    const rules = openRules([
      createRule('ssl', { kind: 'skip', current: false, phases: ['http_ratelimit'], rules: [] }),
    ])
    const run = rules.begin({ request: createFacts(), now: NOW })
    run.check(CUSTOM)
    run.withBody(whole('abc'))
    expect([run.skipsLimits, run.matched.length]).toEqual([true, 1])
  })

  it('never throws, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.boolean(), (text, isForm) => {
        const raw = [...text].map((char) => String.fromCharCode((char.codePointAt(0) ?? 0) & 255)).join('')
        const values = valuesOf(TEXTS, isForm ? FORM : {}, whole(raw))
        expect(values[1]).toBe(String(raw.length))
      }),
    )
  })
})

describe('a policy whose limits have no expressions', () => {
  it('asks nothing, and takes content all the same', () => {
    const run = begin([createLimit({ id: 'a' })])
    run.withBody(whole('abc'))
    expect([run.limits.matches('a'), run.limits.counts('a'), run.limits.values('a')]).toEqual([
      true,
      true,
      [],
    ])
  })

  it('leaves out limits that are off', () => {
    const off = createLimit({ id: 'a', mode: 'off', filter: parseTest('http.host eq "x"') })
    const rules = openRules([createRule('ssl', BLOCK)], { limits: [off] })
    expect(rules.begin({ request: createFacts(), now: NOW }).limits.matches('a')).toBe(true)
  })
})
