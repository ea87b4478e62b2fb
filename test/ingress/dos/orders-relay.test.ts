import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { Findings } from '../../../src/ingress/dos/colo-watch.ts'
import { createControl } from '../../../src/ingress/dos/orders-control.ts'
import type { ControlAnswer, ControlReport } from '../../../src/ingress/dos/orders-exchange.ts'
import { createOrdersRelay } from '../../../src/ingress/dos/orders-relay.ts'
import type { AttackState, Ban, Orders, WatchReport } from '../../../src/ingress/dos/watch-protocol.ts'
import { makeBan, NOW } from './make-ban.ts'
import { makeReport } from './make-report.ts'

const ATTACK: AttackState = {
  host: 'www.example.com',
  route: 'site',
  state: 'on',
  by: 'detection',
  since: NOW,
  until: NOW + 600_000,
  reason: 'Requests came at 9 times the usual rate.',
}

type Call = (report: ControlReport) => Promise<ControlAnswer>

/** A relay whose watch finds what it is told to, with a control that can be taken away. */
function open(call?: Call) {
  const control = createControl({ drawId: () => 'c'.repeat(16) })
  const calls: ControlReport[] = []
  const failures: number[] = []
  let now = NOW
  let finds: Partial<Findings> = {}
  let drawn = 0
  const state = { isDown: false }
  const relay = createOrdersRelay({
    colo: 'FRA',
    watch: {
      take: () => {},
      tick: () => {
        const findings = { bans: [], attacks: [], ...finds }
        finds = { ...finds, bans: [] }
        return findings
      },
    },
    drawId: () => (++drawn).toString(16).padStart(16, '0'),
    callControl:
      call ??
      (async (report) => {
        calls.push(report)
        if (state.isDown) throw new Error('unreachable')
        return control.report(report, now)
      }),
    timer: (_ms, fire) => {
      const id = setTimeout(fire, 5)
      return () => clearTimeout(id)
    },
    onFailure: (count) => failures.push(count),
  })
  return {
    control,
    calls,
    failures,
    state,
    /** Reports `after` milliseconds later, when what was asked before has been answered. */
    async exchange(after = 0, report: Partial<WatchReport> = {}): Promise<Orders | undefined> {
      await pause(0)
      now += after
      return relay.exchange(makeReport(report), now)
    },
    find(found: Partial<Findings>) {
      finds = found
    },
  }
}

const keys = (orders: { readonly bans: readonly Ban[] } | undefined): readonly string[] | undefined =>
  orders?.bans.map(({ key }) => key)

describe('the relay of orders', () => {
  test('asks control before its first answer, and says what holds everywhere', async () => {
    const { control, exchange } = open()
    control.report({ colo: 'AMS', revision: 0, bans: [makeBan()], longest: 3_600_000, attacks: [] }, NOW)
    expect(keys(await exchange())).toEqual(['192.0.2.1'])
  })

  test('says nothing to an isolate that has heard it', async () => {
    const { exchange } = open()
    const first = await exchange()
    expect(first).toMatchObject({ bans: [], attacks: [] })
    expect(await exchange(100, { revision: first?.revision ?? 0 })).toBeUndefined()
    expect(await exchange(100, { revision: 0 })).toEqual(first)
  })

  test('answers at once with what was found here, and tells control at once', async () => {
    const { control, calls, exchange, find } = open()
    const first = await exchange()
    find({ bans: [makeBan()], attacks: [ATTACK] })
    const second = await exchange(2000, { revision: first?.revision ?? 0 })
    expect(keys(second)).toEqual(['192.0.2.1'])
    expect(second?.attacks).toEqual([ATTACK])
    await pause(0)
    expect(calls.at(-1)).toMatchObject({ colo: 'FRA', longest: 3_600_000, attacks: [ATTACK] })
    expect(keys(control.orders(NOW))).toEqual(['192.0.2.1'])
  })

  test('calls control every five seconds in peace, every two while something is in force', async () => {
    const { calls, exchange, find } = open()
    for (let n = 0; n < 100; n++) await exchange(100)
    expect(calls.length).toBeLessThanOrEqual(3)
    expect(calls.length).toBeGreaterThanOrEqual(2)
    find({ bans: [makeBan({ until: NOW + 3_600_000 })] })
    await exchange(100)
    const before = calls.length
    for (let n = 0; n < 100; n++) await exchange(100)
    expect(calls.length - before).toBeGreaterThanOrEqual(4)
    expect(calls.length - before).toBeLessThanOrEqual(5)
  })

  test('hears of an operator’s ban within seconds', async () => {
    const { control, exchange } = open()
    await exchange()
    control.ban({ level: 'asn', key: '64500', action: 'block', seconds: 60, reason: '' }, NOW)
    await exchange(5000)
    expect(keys(await exchange(10))).toEqual(['64500'])
  })

  test('lets go of whom an operator has let go, and does not take it up again', async () => {
    const { control, exchange, find } = open()
    find({ bans: [makeBan({ until: NOW + 3_600_000 })] })
    await exchange()
    await exchange(10)
    control.lift({ level: 'address', key: '192.0.2.1' }, NOW + 10)
    await exchange(2000)
    expect(keys(await exchange(10))).toEqual([])
    find({ bans: [makeBan({ until: NOW + 3_600_000 })] })
    expect(keys(await exchange(10))).toEqual([])
  })

  test('bans an offender of a limit, once for all isolates that report it', async () => {
    const { calls, exchange } = open()
    await exchange()
    const offenders = [{ address: '2001:db8:0:1::/64', rule: 'limits.login', timeout: 600 }]
    const orders = await exchange(100, { offenders })
    expect(orders?.bans[0]).toMatchObject({
      level: 'address',
      key: '2001:db8:0:1::/64',
      by: 'limit',
      until: NOW + 600_100,
      reason: 'Refused by limits.login again and again.',
    })
    await pause(0)
    const reported = calls.length
    await exchange(100, { offenders, isolate: 2 })
    await pause(0)
    expect(calls.length).toBe(reported)
  })

  test('keeps what it has heard while control is away, and counts the failures', async () => {
    const { control, failures, state, exchange, find } = open()
    control.ban({ level: 'asn', key: '64500', action: 'block', seconds: 3600, reason: '' }, NOW)
    await exchange()
    state.isDown = true
    find({ bans: [makeBan({ until: NOW + 3_600_000 })] })
    await exchange(5000)
    expect(keys(await exchange(5000))).toEqual(['192.0.2.1', '64500'])
    await exchange(5000)
    expect(failures).toEqual([1, 2, 3])
    state.isDown = false
    await exchange(5000)
    await exchange(10)
    expect(keys(control.orders(NOW))).toContain('192.0.2.1')
  })

  test('does not call control more often because it is away', async () => {
    const { calls, state, exchange, find } = open()
    state.isDown = true
    for (let n = 0; n < 100; n++) {
      find({ bans: [makeBan({ key: `192.0.2.${n}`, until: NOW + 3_600_000 })] })
      await exchange(100)
    }
    expect(calls.length).toBeLessThanOrEqual(3)
  })

  test('says nothing where it knows nothing, and says so where it knows only its own part', async () => {
    const { state, exchange, find } = open()
    state.isDown = true
    expect(await exchange()).toBeUndefined()
    find({ bans: [makeBan()] })
    const orders = await exchange(2000)
    expect(orders).toMatchObject({ isPartial: true })
    expect(keys(orders)).toEqual(['192.0.2.1'])
    state.isDown = false
    await exchange(5000)
    expect((await exchange(10))?.isPartial).toBeUndefined()
  })

  test('does not wait for ever for a control that does not answer', async () => {
    const { exchange } = open(() => new Promise(() => {}))
    expect(await exchange()).toBeUndefined()
  })

  test('gives a call up that never ends, and takes nothing from it later', async () => {
    const answers: ((answer: ControlAnswer) => void)[] = []
    const { exchange } = open(() => new Promise((resolve) => answers.push(resolve)))
    await exchange()
    await exchange(10_000)
    expect(answers).toHaveLength(2)
    const orders: Orders = { revision: 5, basis: 5, bans: [makeBan({ until: NOW + 60_000 })], attacks: [] }
    answers[1]?.({ orders: { ...orders, bans: [] }, pardons: [] })
    answers[0]?.({ orders, pardons: [] })
    expect(keys(await exchange(10))).toEqual([])
  })
})
