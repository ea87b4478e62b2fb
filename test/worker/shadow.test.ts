import { describe, expect, test } from 'vitest'
import type { Decision } from '../../src/http/decision.ts'
import type { Stages } from '../../src/pipeline/stages.ts'
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
