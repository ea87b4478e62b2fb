import { describe, expect, test } from 'vitest'
import type { BanRequest } from '../../../src/ingress/dos/ban-request.ts'
import { MAX_OVERRIDES } from '../../../src/ingress/dos/orders-attack-register.ts'
import { type Control, createControl } from '../../../src/ingress/dos/orders-control.ts'
import type { ControlReport } from '../../../src/ingress/dos/orders-exchange.ts'
import type { AttackState } from '../../../src/ingress/dos/watch-protocol.ts'
import { makeBan, NOW } from './make-ban.ts'

const DAY = 24 * 3_600_000
const WISH: BanRequest = { level: 'address', key: '192.0.2.9', action: 'block', seconds: 60, reason: 'why' }

function open(): Control {
  let drawn = 0
  return createControl({ drawId: () => (++drawn).toString(16).padStart(16, 'a') })
}

const report = (report: Partial<ControlReport> = {}): ControlReport => ({
  colo: 'FRA',
  revision: 0,
  bans: [],
  longest: DAY,
  attacks: [],
  ...report,
})

const attack = (state: Partial<AttackState> = {}): AttackState => ({
  host: 'www.example.com',
  route: 'site',
  state: 'on',
  by: 'detection',
  since: NOW,
  until: NOW + 600_000,
  reason: 'Requests came at 9 times the usual rate.',
  ...state,
})

describe('control', () => {
  test('tells one data centre what another has found', () => {
    const control = open()
    control.report(report({ colo: 'FRA', bans: [makeBan()] }), NOW)
    const { orders } = control.report(report({ colo: 'AMS' }), NOW)
    expect(orders?.bans.map(({ key }) => key)).toEqual(['192.0.2.1'])
  })

  test('says nothing to who has heard it all', () => {
    const control = open()
    const { orders } = control.report(report({ bans: [makeBan()] }), NOW)
    const revision = orders?.revision ?? 0
    expect(control.report(report({ revision }), NOW).orders).toBeUndefined()
    control.ban(WISH, NOW)
    expect(control.report(report({ revision }), NOW).orders?.bans).toHaveLength(2)
  })

  test('has revisions that rise with each change, within one millisecond and after it has lost its memory', () => {
    const control = open()
    const seen: number[] = []
    for (let n = 0; n < 5; n++) {
      control.ban({ ...WISH, key: `192.0.2.${n}` }, NOW)
      seen.push(control.orders(NOW).revision)
    }
    expect(new Set(seen).size).toBe(5)
    const again = open()
    again.restore({ sources: [], overrides: [] }, NOW + 1000)
    expect(again.orders(NOW + 1000).revision).toBeGreaterThan(Math.max(...seen))
  })

  test('answers a first report after it has lost its memory, whatever its revision', () => {
    const before = open()
    const { orders } = before.report(report({ bans: [makeBan()] }), NOW)
    const sources = [...before.drain().sources.values()].filter((source) => source !== undefined)
    const again = open()
    again.restore({ sources, overrides: [] }, NOW + 1)
    expect(again.report(report({ revision: orders?.revision ?? 0 }), NOW + 1).orders?.bans).toHaveLength(1)
  })

  test('bans, and lets go by id or by key', () => {
    const control = open()
    const ban = control.ban(WISH, NOW)
    expect(ban).toMatchObject({ by: 'operator', until: NOW + 60_000, strikes: 1, id: 'aaaaaaaaaaaaaaa1' })
    expect(control.lift({ id: 'aaaaaaaaaaaaaaa1' }, NOW)).toEqual([ban])
    expect(control.orders(NOW).bans).toEqual([])
    control.ban(WISH, NOW)
    expect(control.lift({ level: 'address', key: '192.0.2.9' }, NOW)).toHaveLength(1)
    expect(control.lift({ id: 'ffffffffffffffff' }, NOW)).toEqual([])
  })

  test('keeps offenders of limits longer each time, whatever detection’s longest is', () => {
    const control = open()
    const offender = makeBan({ by: 'limit', until: NOW + 60_000 })
    control.report(report({ bans: [offender], longest: 60_000 }), NOW)
    const later = NOW + 60_000
    const again = makeBan({ by: 'limit', created: later, until: later + 60_000 })
    control.report(report({ bans: [again], longest: 60_000 }), later)
    expect(control.orders(later).bans[0]).toMatchObject({ strikes: 2, until: later + 240_000 })
  })

  test('tells who is pardoned, so that data centres let go too', () => {
    const control = open()
    control.report(report({ bans: [makeBan()] }), NOW)
    control.lift({ level: 'address', key: '192.0.2.1' }, NOW)
    const { orders, pardons } = control.report(report({ bans: [makeBan()] }), NOW)
    expect(orders?.bans).toEqual([])
    expect(pardons.map(({ key }) => key)).toEqual(['192.0.2.1'])
  })
})

describe('attack states of control', () => {
  const states = (control: Control, now = NOW): readonly string[] =>
    control.orders(now).attacks.map(({ host, route, by, state }) => `${by} ${host} ${route} ${state}`)

  test('are on while any data centre says so', () => {
    const control = open()
    control.report(report({ colo: 'FRA', attacks: [attack()] }), NOW)
    control.report(report({ colo: 'AMS', attacks: [attack({ since: NOW + 5000 })] }), NOW)
    expect(states(control)).toEqual(['detection www.example.com site on'])
    control.report(report({ colo: 'FRA' }), NOW)
    expect(states(control)).toEqual(['detection www.example.com site on'])
    control.report(report({ colo: 'AMS' }), NOW)
    expect(states(control)).toEqual([])
  })

  test('end by themselves where a data centre has fallen silent', () => {
    const control = open()
    control.report(report({ colo: 'FRA', attacks: [attack({ until: NOW + 60_000 })] }), NOW)
    expect(states(control, NOW + 59_999)).toHaveLength(1)
    expect(states(control, NOW + 60_000)).toEqual([])
  })

  test('are told anew when their end moves', () => {
    const control = open()
    const { orders } = control.report(report({ attacks: [attack({ until: NOW + 60_000 })] }), NOW)
    const later = report({ revision: orders?.revision ?? 0, attacks: [attack({ until: NOW + 90_000 })] })
    expect(control.report(later, NOW).orders?.attacks[0]?.until).toBe(NOW + 90_000)
  })

  test('do not make news of a reason that changes', () => {
    const control = open()
    const { orders } = control.report(report({ attacks: [attack()] }), NOW)
    const next = report({ revision: orders?.revision ?? 0, attacks: [attack({ reason: '10 times' })] })
    expect(control.report(next, NOW).orders).toBeUndefined()
  })

  test('of an operator are taken from no data centre', () => {
    const control = open()
    control.report(report({ attacks: [attack({ by: 'operator', state: 'off' })] }), NOW)
    expect(states(control)).toEqual([])
  })

  test('of an operator stand beside those of detection, and can be taken back', () => {
    const control = open()
    control.report(report({ attacks: [attack()] }), NOW)
    control.override({ host: '', route: '', state: 'off', seconds: 60, reason: 'false alarm' }, NOW)
    expect(states(control)).toEqual(['operator   off', 'detection www.example.com site on'])
    expect(states(control, NOW + 60_000)).toEqual(['detection www.example.com site on'])
    expect(control.release('', '', NOW)).toMatchObject({ state: 'off' })
    expect(control.release('', '', NOW)).toBeUndefined()
    expect(states(control)).toEqual(['detection www.example.com site on'])
  })

  test('of an operator are bounded: what ends soonest gives way', () => {
    const control = open()
    control.override({ host: 'a.example', route: '', state: 'on', seconds: 60, reason: '' }, NOW)
    for (let n = 0; n < MAX_OVERRIDES; n++)
      control.override({ host: `h${n}.example`, route: '', state: 'on', reason: '' }, NOW)
    expect(states(control)).toHaveLength(MAX_OVERRIDES)
    expect(states(control)).not.toContain('operator a.example  on')
  })

  test('of an operator outlive the memory', () => {
    const control = open()
    control.override({ host: '', route: 'site', state: 'on', reason: 'drill' }, NOW)
    control.override({ host: '', route: 'api', state: 'on', seconds: 10, reason: 'drill' }, NOW)
    const overrides = [...control.drain().overrides.values()].filter((state) => state !== undefined)
    const again = open()
    again.restore({ sources: [], overrides }, NOW + 20_000)
    expect(states(again, NOW + 20_000)).toEqual(['operator  site on'])
    expect([...again.drain().overrides]).toEqual([[' api', undefined]])
  })
})
