import { describe, expect, test } from 'vitest'
import type { Decision } from '../../../src/origin/auth-server/decide.ts'
import { createDecisionLog, type DecisionLog } from '../../../src/origin/auth-server/decision-log.ts'
import { CLIENT, NONCE, NOW, REQUEST_ID, VERDICT } from '../../signature/fixtures.ts'

const REFUSED: Decision = { ok: false, status: 403, failure: 'mac' }
const REPLAYED: Decision = { ok: false, status: 403, failure: 'replayed', requestId: REQUEST_ID }
const PROBE: Decision = { ok: true, signed: false }
const ADMITTED = {
  ok: true,
  signed: true,
  client: CLIENT,
  verdict: VERDICT,
  requestId: REQUEST_ID,
  keyid: 'k',
  nonce: NONCE,
  created: NOW - 2,
  expires: NOW + 30,
  signature: new Uint8Array(32),
} as Decision

interface Trial {
  readonly log: DecisionLog
  readonly lines: unknown[]
  now: number
  full: boolean
}

function start(what: 'refused' | 'all' | 'none', perSecond: number): Trial {
  const trial: Trial = {
    lines: [],
    now: NOW,
    full: false,
    log: createDecisionLog({
      what,
      perSecond,
      now: () => trial.now,
      print: (line) => {
        if (trial.full) return false
        trial.lines.push(JSON.parse(line))
        return true
      },
    }),
  }
  return trial
}

describe('the log of decisions', () => {
  test('says why a request was refused, and its id only when the signature was right', () => {
    const { log, lines } = start('refused', 10)
    for (const decision of [REFUSED, REPLAYED, PROBE, ADMITTED]) log.write(decision)
    expect(lines).toEqual([
      { time: '2026-11-18T11:06:40.000Z', ok: false, signed: false, status: 403, failure: 'mac' },
      {
        time: '2026-11-18T11:06:40.000Z',
        ok: false,
        signed: true,
        status: 403,
        failure: 'replayed',
        request_id: REQUEST_ID,
      },
    ])
  })

  test('says who came in when it is asked to', () => {
    const { log, lines } = start('all', 10)
    for (const decision of [PROBE, ADMITTED]) log.write(decision)
    expect(lines).toEqual([
      { time: '2026-11-18T11:06:40.000Z', ok: true, signed: false },
      {
        time: '2026-11-18T11:06:40.000Z',
        ok: true,
        signed: true,
        keyid: 'k',
        request_id: REQUEST_ID,
        client_ip: '203.0.113.77',
        policy: VERDICT.policy,
        route: 'shop',
        age: 2,
      },
    ])
  })

  test('says nothing when it is told to', () => {
    const { log, lines } = start('none', 10)
    for (const decision of [REFUSED, ADMITTED]) log.write(decision)
    expect([lines, log.unlogged]).toEqual([[], 0])
  })

  test('a flood is counted, not written', () => {
    const trial = start('refused', 3)
    for (let i = 0; i < 1000; i++) trial.log.write(REFUSED)
    expect([trial.lines.length, trial.log.unlogged]).toEqual([3, 997])
    trial.now += 1
    for (let i = 0; i < 2; i++) trial.log.write(REFUSED)
    expect(trial.lines).toHaveLength(5)
    expect(trial.lines[3]).toMatchObject({ unlogged: 997 })
    expect(trial.lines[4]).not.toHaveProperty('unlogged')
    expect(trial.log.unlogged).toBe(997)
  })

  test('lines that nobody takes are counted too', () => {
    const trial = start('refused', 10)
    trial.full = true
    trial.log.write(REFUSED)
    trial.full = false
    trial.log.write(REFUSED)
    expect(trial.lines).toHaveLength(1)
    expect(trial.lines[0]).toMatchObject({ unlogged: 1 })
  })

  test('a printer that throws disturbs nobody', () => {
    const log = createDecisionLog({
      what: 'all',
      perSecond: 10,
      now: () => NOW,
      print: () => {
        throw new Error('disk full')
      },
    })
    log.write(REFUSED)
    expect(log.unlogged).toBe(1)
  })
})
