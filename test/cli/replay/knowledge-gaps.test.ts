import { describe, expect, it } from 'vitest'
import type { PolicyModel } from '../../../src/bundle/model.ts'
import { createKnowledgeGaps } from '../../../src/cli/replay/knowledge-gaps.ts'
import type { LogRequest } from '../../../src/cli/replay/log-request.ts'
import type { Verdict } from '../../../src/cli/replay/tally.ts'
import { toFacts } from '../../../src/cli/replay/to-facts.ts'
import type { Decision, Stage } from '../../../src/http/decision.ts'
import { parseTest } from '../../ingress/rules/rule-models.ts'

const SCOPE = { hosts: [], paths: [{ kind: 'prefix', value: '/eu' }], methods: [] } as const
const MISSING = { host: 'www.example.com', scheme: 'https' } as const

interface Parts {
  readonly countries?: readonly string[]
  readonly header?: string
  readonly accessOff?: boolean
  /** Changes of the limit. */
  readonly limit?: object
}

function model(parts: Parts): PolicyModel {
  const base = { id: 'rule', description: '', mode: 'enforce', scope: SCOPE } as const
  const guard = {
    ...base,
    prefixes: '',
    asns: { allow: [], deny: [] },
    countries: { allow: parts.countries ?? [], deny: [] },
    allow_listed_only: false,
  }
  const limit = {
    ...base,
    ...parts.limit,
    characteristics: [
      { kind: 'ip.src' },
      ...(parts.header ? [{ kind: 'http.request.headers', name: parts.header }] : []),
    ],
  }
  const stages = {
    hygiene: 'enforce',
    access: parts.accessOff ? 'off' : 'enforce',
    rules: 'enforce',
    limits: 'enforce',
  }
  return {
    settings: { stages },
    access: [guard],
    limits: [limit],
    routes: [],
    rules: [],
  } as unknown as PolicyModel
}

const REQUEST: LogRequest = {
  time: 0,
  client: '203.0.113.7',
  host: 'www.example.com',
  method: 'GET',
  target: '/eu/a',
  protocol: 'HTTP/1.1',
  headers: [],
}

function warn(policy: PolicyModel, request: Partial<LogRequest> = {}, stage?: Stage): string[] {
  const gaps = createKnowledgeGaps(policy, MISSING)
  const whole = { ...REQUEST, ...request }
  const decision = stage && ({ stage } as Decision)
  const verdict: Verdict = { logged: [], ...(decision ? { terminal: decision } : {}) }
  gaps.note(whole, toFacts(whole, MISSING), verdict)
  return gaps.warnings()
}

describe('createKnowledgeGaps', () => {
  it('says nothing when the log had everything that was asked for', () => {
    expect(warn(model({}))).toEqual([])
    expect(warn(model({ countries: ['DE'] }), { country: 'FR' })).toEqual([])
    expect(warn(model({ header: 'X-Key' }), { headers: [['x-key', '1']] })).toEqual([])
  })

  it('counts requests that reached a guard which needs a country', () => {
    expect(warn(model({ countries: ['DE'] }))).toEqual([expect.stringContaining('country or ASN')])
    expect(warn(model({ countries: ['DE'] }), {}, 'access')).toHaveLength(1)
  })

  it('leaves out guards that a request did not reach', () => {
    expect(warn(model({ countries: ['DE'] }), {}, 'hygiene')).toEqual([])
    expect(warn(model({ countries: ['DE'] }), { target: '/other' })).toEqual([])
    expect(warn(model({ countries: ['DE'], accessOff: true }))).toEqual([])
  })

  it('names limits that count by a field the log does not have', () => {
    expect(warn(model({ header: 'x-key' }))).toEqual([expect.stringMatching(/limits .*\(1×\): rule/)])
    expect(warn(model({ header: 'x-key' }), {}, 'access')).toEqual([])
  })

  it('names limits that count by answers which the log does not tell', () => {
    const filter = parseTest('http.response.code eq 401', 'http_ratelimit.counting')
    const counting = { filter, readsResponse: true }
    expect(warn(model({ limit: { counting } }))).toEqual([expect.stringMatching(/answers .*\(1×\): rule/)])
    expect(warn(model({ limit: { counting } }), { status: 401 })).toEqual([])
    expect(warn(model({ limit: { score_header: 'x-score' } }), { status: 200 })).toHaveLength(1)
    expect(warn(model({ limit: { requests_to_origin: true } }), { status: 200 })).toHaveLength(1)
    expect(warn(model({ limit: { requests_to_origin: true } }), { target: '/other' })).toEqual([])
  })

  it('tells which host stood in, and of clients without address', () => {
    const { host: _, ...without } = REQUEST
    const gaps = createKnowledgeGaps(model({}), MISSING)
    gaps.note(without, toFacts(without, MISSING), { logged: [] })
    expect(gaps.warnings()).toEqual([expect.stringContaining('taken as www.example.com')])
    expect(warn(model({}), { client: 'a.example' })).toEqual([expect.stringContaining('not an IP address')])
  })
})
