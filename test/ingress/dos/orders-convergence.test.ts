import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createBanTable } from '../../../src/ingress/dos/ban-table.ts'
import { createControl } from '../../../src/ingress/dos/orders-control.ts'
import { createOrdersRelay } from '../../../src/ingress/dos/orders-relay.ts'
import type { Ban } from '../../../src/ingress/dos/watch-protocol.ts'
import { makeBan, makeFacts, NOW } from './make-ban.ts'
import { makeReport } from './make-report.ts'

const COLOS = 3
const CLIENTS = 4
const LONG = 100 * 3_600_000

/** Data centres with one isolate each, and a control that comes and goes and forgets. */
function openWorld() {
  let now = NOW
  let isDown = false
  let drawn = 0
  const drawId = (): string => (++drawn).toString(16).padStart(16, '0')
  let control = createControl({ drawId })
  const sources = new Map<string, NonNullable<unknown>>()
  const store = (): void => {
    for (const [name, source] of control.drain().sources) {
      if (source) sources.set(name, source)
      else sources.delete(name)
    }
  }
  const places = Array.from({ length: COLOS }, (_, n) => openPlace(`C${n}`))

  function openPlace(colo: string) {
    const finds: Ban[] = []
    const open = () =>
      createOrdersRelay({
        colo,
        watch: { take: () => {}, tick: () => ({ bans: finds.splice(0), attacks: [] }) },
        drawId,
        callControl: async (report) => {
          if (isDown) throw new Error('unreachable')
          const answer = control.report(report, now)
          store()
          return answer
        },
        timer: (_ms, fire) => {
          const id = setTimeout(fire, 1)
          return () => clearTimeout(id)
        },
        onFailure: () => {},
      })
    let relay = open()
    const bans = createBanTable()
    return {
      finds,
      bans,
      restart() {
        relay = open()
      },
      async exchange() {
        const orders = await relay.exchange(makeReport({ revision: bans.revision }), now)
        if (orders) bans.apply(orders, now)
      },
    }
  }

  return {
    places,
    now: () => now,
    advance: (ms: number) => {
      now += ms
    },
    setDown: (down: boolean) => {
      isDown = down
    },
    restartControl() {
      control = createControl({ drawId })
      control.restore({ sources: [...sources.values()] as never[], overrides: [] }, now)
    },
    operate(what: 'ban' | 'lift', key: string) {
      if (what === 'lift') control.lift({ level: 'address', key }, now)
      else control.ban({ level: 'address', key, action: 'block', seconds: LONG / 1000, reason: '' }, now)
      store()
    },
    banned: () =>
      control
        .orders(now)
        .bans.map(({ key }) => key)
        .sort(),
  }
}

const keyOf = (client: number): string => `192.0.2.${client}`

const act = fc.record({
  what: fc.constantFrom('find', 'ban', 'lift', 'down', 'up', 'restart colo', 'restart control', 'exchange'),
  colo: fc.nat({ max: COLOS - 1 }),
  client: fc.integer({ min: 1, max: CLIENTS }),
  pause: fc.nat({ max: 8000 }),
})

test('all data centres come to hold what control holds, whatever has failed before', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 30 }), async (acts) => {
      const world = openWorld()
      for (const { what, colo, client, pause: wait } of acts) {
        world.advance(wait)
        const place = world.places[colo]
        if (what === 'find') place?.finds.push(makeBan({ key: keyOf(client), until: world.now() + LONG }))
        else if (what === 'ban' || what === 'lift') world.operate(what, keyOf(client))
        else if (what === 'down' || what === 'up') world.setDown(what === 'down')
        else if (what === 'restart colo') place?.restart()
        else if (what === 'restart control') world.restartControl()
        await place?.exchange()
      }
      world.setDown(false)
      // Three rounds: one to report, one to hear, and one for those who heard before the others had reported.
      for (let round = 0; round < 3; round++) {
        for (const place of world.places) {
          world.advance(6000)
          await place.exchange()
          await pause(0)
        }
      }
      for (const place of world.places) {
        await place.exchange()
        const held = [...Array(CLIENTS + 1).keys()]
          .map(keyOf)
          .filter((ip) => place.bans.find(makeFacts({ ip }), world.now()) !== undefined)
        expect(held).toEqual(world.banned())
      }
    }),
    { numRuns: 300 },
  )
})
