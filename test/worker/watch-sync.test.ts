import { describe, expect, test } from 'vitest'
import { type BanTable, createBanTable } from '../../src/ingress/dos/ban-table.ts'
import { createWatch, type Watch } from '../../src/ingress/dos/watch.ts'
import type { Orders, WatchReport } from '../../src/ingress/dos/watch-protocol.ts'
import { createWatchSync, type WatchNamespace, type WatchSync } from '../../src/worker/watch-sync.ts'
import { makeBan } from '../ingress/dos/make-ban.ts'
import { defaults, factsOf, policyWith } from '../ingress/dos/traffic-world.ts'

const START = 1_800_000_000_000
const limits = [{ id: 'login', mode: 'enforce', ban: { after: 1, timeout: 600 } }]
const facts = factsOf({ address: '192.0.2.77', asn: 64_500, agent: 'curl/8', path: '/login' })

interface World {
  readonly watch: Watch
  readonly bans: BanTable
  readonly sync: WatchSync
  /** Names of the objects that were asked, and what they were told. */
  readonly asked: [name: string, report: WatchReport][]
  /** A limit wants a client banned; then the report goes, if it is time. */
  offend(now: number): Promise<void>
}

function open(answer: (report: WatchReport) => Promise<Orders | undefined>): World {
  const watch = createWatch({ isolate: 7, random: () => 0.5, now: START })
  watch.adopt(policyWith(defaults, limits))
  const bans = createBanTable()
  const asked: World['asked'] = []
  const namespace: WatchNamespace = {
    getByName: (name) => ({
      exchange(report) {
        asked.push([name, report])
        return answer(report)
      },
    }),
  }
  const sync = createWatchSync(watch, bans, namespace)
  return {
    watch,
    bans,
    sync,
    asked,
    async offend(now) {
      watch.see(facts, 'site', { isDenied: true }, { rule: 'limits.login', strikes: 1 }, now)
      const work: Promise<unknown>[] = []
      sync.exchange('FRA', now, (each) => work.push(each))
      await Promise.all(work)
    },
  }
}

describe('an exchange with the watch', () => {
  test('goes to the object of the data centre, and its orders hold from then on', async () => {
    const ban = makeBan({ key: '192.0.2.77', created: START, until: START + 9e9 })
    const world = open(async () => ({ revision: 3, bans: [ban], attacks: [] }))
    await world.offend(START + 1500)
    expect(world.asked.map(([name]) => name)).toEqual(['watch:v1:FRA'])
    expect(world.asked[0]?.[1].offenders.map(({ address }) => address)).toEqual(['192.0.2.77'])
    expect(world.bans.find(facts, START + 1600)).toEqual(ban)
    expect(world.sync.stats).toEqual({ exchanges: 1, errors: 0 })
  })

  test('that fails leaves the orders in force, is counted, and tells the offender again', async () => {
    const ban = makeBan({ key: '192.0.2.0/24', level: 'network', until: START + 9e9 })
    let isDown = true
    const world = open(async () => {
      if (isDown) throw new Error('overloaded')
      return undefined
    })
    world.bans.apply({ revision: 1, bans: [ban], attacks: [] }, START)
    await world.offend(START + 1500)
    expect(world.sync.stats).toEqual({ exchanges: 1, errors: 1 })
    expect(world.bans.find(facts, START + 1600)).toEqual(ban)
    isDown = false
    await world.offend(START + 130_000)
    expect(world.asked[1]?.[1].offenders).toEqual(world.asked[0]?.[1].offenders)
  })

  test('is one at a time, and one that never comes back is given up', async () => {
    const world = open(() => new Promise(() => {}))
    void world.offend(START + 1500)
    void world.offend(START + 3000)
    expect(world.asked).toHaveLength(1)
    void world.offend(START + 12_000)
    expect(world.asked).toHaveLength(2)
  })
})

test('without a binding nothing is told', () => {
  const watch = createWatch({ isolate: 7, random: () => 0.5, now: START })
  const sync = createWatchSync(watch, createBanTable(), undefined)
  watch.see(facts, 'site', { isDenied: false }, undefined, START)
  sync.exchange('FRA', START + 600_000, () => expect.unreachable())
  expect(sync.stats).toEqual({ exchanges: 0, errors: 0 })
})
