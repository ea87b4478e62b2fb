import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ControlAnswer, ControlReport } from '../../src/ingress/dos/orders-exchange.ts'
import type { Ban, Orders } from '../../src/ingress/dos/watch-protocol.ts'
import type { AttackAnswer, BanAnswer, LiftAnswer } from '../../src/worker/control-calls.ts'
import { makeBan } from '../ingress/dos/make-ban.ts'
import { type OpenObjects, openObjects } from './open-objects.ts'

let objects: OpenObjects
let made = 0

beforeAll(async () => {
  objects = await openObjects()
})
afterAll(() => objects.stop())

/** A control object of its own for each test. */
function openControl() {
  const name = `control:test-${++made}`
  const call = async <T>(method: string, ...args: unknown[]): Promise<T> =>
    (await objects.call('CONTROL', name, method, ...args)) as T
  return {
    report: (report: Partial<ControlReport>) =>
      call<ControlAnswer>('report', {
        colo: 'FRA',
        revision: 0,
        bans: [],
        longest: 3_600_000,
        attacks: [],
        ...report,
      }),
    orders: () => call<Orders>('orders'),
    ban: (key: string) =>
      call<BanAnswer>('ban', { level: 'address', key, action: 'block', seconds: 600, reason: 'why' }),
    lift: (key: string) => call<LiftAnswer>('lift', { level: 'address', key }),
    override: (route: string) =>
      call<AttackAnswer>('override', { host: '', route, state: 'on', reason: 'drill' }),
    release: (route: string) => call<AttackAnswer>('release', '', route),
  }
}

const keys = ({ bans }: { readonly bans: readonly Ban[] }): readonly string[] =>
  bans.map(({ key }) => key).sort()
const fresh = (ban: Partial<Ban>): Ban =>
  makeBan({ created: Date.now(), until: Date.now() + 600_000, ...ban })

describe('the control object', () => {
  test('tells one data centre what another has found, and each only once', async () => {
    const control = openControl()
    await control.report({ colo: 'FRA', bans: [fresh({ key: '192.0.2.1' })] })
    const { orders } = await control.report({ colo: 'AMS' })
    expect(orders && keys(orders)).toEqual(['192.0.2.1'])
    expect((await control.report({ colo: 'AMS', revision: orders?.revision ?? 0 })).orders).toBeUndefined()
  })

  test('holds everything over a restart, and its revisions go on', async () => {
    const control = openControl()
    await control.report({ bans: [fresh({ key: '192.0.2.1' }), fresh({ key: '192.0.2.2' })] })
    await control.ban('192.0.2.3')
    await control.lift('192.0.2.2')
    await control.override('site')
    await control.override('api')
    await control.release('api')
    const before = await control.orders()
    expect(keys(before)).toEqual(['192.0.2.1', '192.0.2.3'])
    await objects.restart()
    const after = await control.orders()
    expect(after.bans).toEqual(before.bans)
    expect(after.attacks).toEqual(before.attacks)
    expect(after.revision).toBeGreaterThan(before.revision)
    const { orders, pardons } = await control.report({ bans: [fresh({ key: '192.0.2.2' })] })
    expect(pardons.map(({ key }) => key)).toEqual(['192.0.2.2'])
    expect(orders && keys(orders)).toEqual(['192.0.2.1', '192.0.2.3'])
  })

  test('counts strikes over a restart', async () => {
    const control = openControl()
    await control.ban('192.0.2.1')
    await objects.restart()
    expect((await control.ban('192.0.2.1')).ban.strikes).toBe(2)
  })

  test('passes over what has another shape', async () => {
    const control = openControl()
    const strange = [null, { ...fresh({}), level: 'country' }, { ...fresh({}), key: 'x'.repeat(65) }] as Ban[]
    await control.report({ bans: [...strange, fresh({ key: '192.0.2.9' })] })
    expect(keys(await control.orders())).toEqual(['192.0.2.9'])
  })

  test('answers each change with what holds after it', async () => {
    const control = openControl()
    const { ban, orders } = await control.ban('192.0.2.1')
    expect(ban.id).toMatch(/^[0-9a-f]{16}$/)
    expect(orders.bans).toEqual([ban])
    expect(await control.lift('192.0.2.1')).toMatchObject({ lifted: [ban], orders: { bans: [] } })
    expect((await control.override('site')).orders.attacks).toMatchObject([{ route: 'site', by: 'operator' }])
    expect((await control.release('none')).attack).toBeUndefined()
  })
})
