import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Orders, WatchReport } from '../../src/ingress/dos/watch-protocol.ts'
import { makeReport } from '../ingress/dos/make-report.ts'
import { type OpenObjects, openObjects } from './open-objects.ts'

let objects: OpenObjects
let alone: OpenObjects

beforeAll(async () => {
  objects = await openObjects()
  alone = await openObjects({ withControl: false })
})
afterAll(async () => {
  await objects.stop()
  await alone.stop()
})

async function exchange(
  of: OpenObjects,
  colo: string,
  report: Partial<WatchReport> = {},
): Promise<Orders | undefined> {
  return (await of.call('WATCH', `watch:v1:${colo}`, 'exchange', makeReport(report))) as Orders | undefined
}

const OFFENDER = { address: '192.0.2.66', rule: 'limits.login', timeout: 600 }

describe('the watch object', () => {
  test('bans an offender at once in its data centre, and tells the others', async () => {
    const first = await exchange(objects, 'FRA')
    expect(first).toMatchObject({ bans: [], attacks: [] })
    const orders = await exchange(objects, 'FRA', { offenders: [OFFENDER] })
    expect(orders?.bans).toMatchObject([{ key: '192.0.2.66', by: 'limit' }])
    await expect.poll(async () => (await exchange(objects, 'AMS'))?.bans[0]?.key).toBe('192.0.2.66')
  })

  test('does not repeat what an isolate has heard', async () => {
    const orders = await exchange(objects, 'LHR')
    expect(await exchange(objects, 'LHR', { revision: orders?.revision ?? 0 })).toBeUndefined()
  })

  test('hears of an operator’s ban', async () => {
    await exchange(objects, 'CDG')
    await objects.call('CONTROL', 'control:v1', 'ban', {
      level: 'asn',
      key: '64500',
      action: 'challenge',
      seconds: 600,
      reason: 'why',
    })
    await expect
      .poll(async () => (await exchange(objects, 'CDG'))?.bans.map(({ key }) => key), { timeout: 20_000 })
      .toContain('64500')
  })

  test('works for itself without control, says that it is only a part, and says so in the log', async () => {
    expect(await exchange(alone, 'FRA')).toBeUndefined()
    const orders = await exchange(alone, 'FRA', { offenders: [OFFENDER] })
    expect(orders).toMatchObject({ isPartial: true, bans: [{ key: '192.0.2.66' }] })
    const told = alone.lines.filter((line) => line.includes('control-unreachable'))
    expect(told).toHaveLength(1)
    expect(JSON.parse(told[0] ?? '')).toEqual({
      kind: 'watch',
      event: 'control-unreachable',
      colo: 'FRA',
      failures: 1,
    })
  })
})
