import { describe, expect, test } from 'vitest'
import { openBundle } from '../../src/bundle/bundle.ts'
import { exactLimiter } from '../../src/cli/limits/exact-limiter.ts'
import type { Decision } from '../../src/http/decision.ts'
import { createBanTable } from '../../src/ingress/dos/ban-table.ts'
import { linkPolicy, type Stages } from '../../src/pipeline/stages.ts'
import { loadPolicy } from '../../src/policy/load-policy.ts'
import type { Decided } from '../../src/worker/record.ts'
import { createShadow, type Shadow } from '../../src/worker/shadow.ts'
import { createFacts } from '../http/facts.ts'

const NOW = 1_800_000_000_000
const refusal = (rule: string, stage: Decision['stage'] = 'access'): Decision => ({
  action: 'block',
  stage,
  rule,
  reason: '',
  mode: 'enforce',
  status: 403,
})

function decided(terminal: Decision | undefined, route = 'site'): Decided {
  const common = { requestId: '', facts: createFacts(), logged: [], policy: 'a', status: 200 }
  return { ...common, terminal, route, started: NOW, ended: NOW }
}

/** Stages of which only the first is asked: it refuses, or throws. */
function candidate(rule: string | Error, version = 'candidate'): Stages {
  const hygiene = (): unknown => {
    if (rule instanceof Error) throw rule
    return { terminal: refusal(rule), logged: [] }
  }
  return { version, hygiene, route: () => ({ kind: 'unknown-host' }) } as unknown as Stages
}

/** A policy that lets everything through to one route, as far as its limits do. */
async function link(limits: string): Promise<Stages> {
  const routes = 'routes:\n  - { id: site, hosts: ["*"], path: /, forward: { origin: "http://o.example" } }\n'
  const loaded = await loadPolicy(
    new Map([
      ['routes/a.yaml', routes],
      ['limits.yaml', limits],
    ]),
  )
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  const limiter = exactLimiter({ secret: new Uint8Array(16), keys: 64 })()
  return linkPolicy(openBundle(loaded.bundle.buffer), { limiter, bans: createBanTable() })
}

function open(): { shadow: Shadow; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = []
  return { shadow: createShadow((line) => lines.push(JSON.parse(line))), lines }
}

describe('a shadow', () => {
  test('counts where it would have done something else', async () => {
    const { shadow } = open()
    await shadow.compare(decided(refusal('access.a')), candidate('access.a'), NOW)
    await shadow.compare(decided(refusal('access.b')), candidate('access.a'), NOW)
    await shadow.compare(decided(undefined), candidate('access.a'), NOW)
    expect(shadow.report).toEqual({
      candidate: 'candidate',
      evaluated: 3,
      disagreed: 2,
      failed: 0,
      disagreements: { 'access.b -> access.a': 1, 'pass -> access.a': 1 },
    })
  })

  test('takes a request that the origin failed on for one that passed', async () => {
    const { shadow } = open()
    await shadow.compare(decided(refusal('forward.timeout', 'forward')), candidate('access.a'), NOW)
    expect(shadow.report?.disagreements).toEqual({ 'pass -> access.a': 1 })
  })

  test('tells limits that count by the answer what the answer was', async () => {
    const stages = await link(`limits:
  - id: failures
    characteristics: [ip.src]
    period: 1h
    requests_per_period: 5
    mode: strict
    counting_expression: http.response.code eq 401
`)
    const { shadow } = open()
    for (let i = 0; i < 20; i++) await shadow.compare(decided(undefined), stages, NOW)
    expect(shadow.report).toMatchObject({ evaluated: 20, disagreements: {} })
    for (let i = 0; i < 7; i++)
      await shadow.compare({ ...decided(undefined), status: 401 }, stages, NOW + 1000 * i)
    expect(shadow.report?.disagreements).toEqual({ 'pass -> limits.failures': 2 })
  })

  test('leaves our own endpoints out', async () => {
    const { shadow } = open()
    await shadow.compare(decided(refusal('route.own-endpoint', 'route')), candidate('access.a'), NOW)
    expect(shadow.report).toBeUndefined()
  })

  test('survives a candidate that fails, and counts that', async () => {
    const { shadow } = open()
    await shadow.compare(decided(undefined), candidate(new Error('secret')), NOW)
    expect(shadow.report).toMatchObject({ evaluated: 0, failed: 1 })
  })

  test('remembers a bounded number of pairs', async () => {
    const { shadow } = open()
    for (let i = 0; i < 400; i++) await shadow.compare(decided(refusal(`r${i}`)), candidate('x'), NOW)
    const { disagreements = {} } = shadow.report ?? {}
    expect(Object.keys(disagreements)).toHaveLength(257)
    expect(disagreements.other).toBe(144)
  })

  test('writes one line in ten seconds, with what happened since the last', async () => {
    const { shadow, lines } = open()
    const compare = (at: number) => shadow.compare(decided(undefined), candidate('x'), at)
    await compare(NOW)
    await compare(NOW + 1)
    await compare(NOW + 9999)
    expect(lines).toHaveLength(1)
    await compare(NOW + 10_000)
    expect(lines).toMatchObject([
      { kind: 'shadow', evaluated: 1, disagreements: { 'pass -> x': 1 } },
      { kind: 'shadow', evaluated: 3, disagreements: { 'pass -> x': 3 } },
    ])
  })

  test('starts again with another candidate', async () => {
    const { shadow } = open()
    await shadow.compare(decided(undefined), candidate('x', 'one'), NOW)
    await shadow.compare(decided(undefined), candidate('x', 'two'), NOW)
    expect(shadow.report).toMatchObject({ candidate: 'two', evaluated: 1 })
  })
})
