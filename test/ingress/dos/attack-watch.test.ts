import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ATTACK_TICK, type AttackWatch, createAttackWatch } from '../../../src/ingress/dos/attack-watch.ts'
import type { RouteRates } from '../../../src/ingress/dos/held-reports.ts'
import { createRandom, defaults } from './traffic-world.ts'

const model = defaults.attack_mode
const START = 1_800_000_000_000
const AWARE = { isWarm: true, isSurging: false }
const COLD = { isWarm: false, isSurging: false }

function rates(requests: number, change: Partial<RouteRates> = {}): RouteRates {
  return { host: 'shop.example', route: 'site', requests, denied: 0, origin: requests, errors: 0, ...change }
}

interface Scene {
  readonly watch: AttackWatch
  now: number
}

function run(scene: Scene, ticks: number, make: (tick: number) => RouteRates, aware = AWARE): void {
  for (let tick = 0; tick < ticks; tick++) {
    scene.now += ATTACK_TICK
    const sums = make(tick)
    scene.watch.tick(new Map([[`${sums.host} ${sums.route}`, sums]]), model, aware, scene.now)
  }
}

/** Ten minutes of an ordinary day. */
function settle(rate = 50): Scene {
  const scene = { watch: createAttackWatch(), now: START }
  const random = createRandom(3)
  run(scene, 120, () => rates(rate * (0.8 + 0.4 * random())))
  expect(scene.watch.list(scene.now)).toEqual([])
  return scene
}

const states = ({ watch, now }: Scene): readonly string[] =>
  watch.list(now).map(({ host, route, state, by }) => `${host} ${route} ${state} ${by}`)

describe('attack mode begins', () => {
  test('with the second of three ticks in which a route takes far more than usual', () => {
    const scene = settle()
    run(scene, 1, () => rates(600))
    expect(states(scene)).toEqual([])
    run(scene, 1, () => rates(600))
    expect(states(scene)).toEqual(['shop.example site on detection'])
    expect(scene.watch.list(scene.now)[0]?.reason).toMatch(/^The route takes 600 requests\/s, usually \d+\.$/)
  })

  test('with two ticks that have a calm one between them, and not with two that have two', () => {
    const close = settle()
    run(close, 3, (tick) => rates(tick === 1 ? 50 : 600))
    expect(states(close)).toHaveLength(1)
    const apart = settle()
    run(apart, 4, (tick) => rates(tick === 1 || tick === 2 ? 50 : 600))
    expect(states(apart)).toEqual([])
  })

  test('for a route that nobody asked before, when it makes the whole data centre surge', () => {
    const scene = settle()
    run(scene, 2, () => rates(600, { route: 'forgotten' }), { isWarm: true, isSurging: true })
    expect(states(scene)).toEqual(['shop.example forgotten on detection'])
  })

  test('when the origin fails under more requests than usual', () => {
    const scene = settle(100)
    run(scene, 2, () => rates(180, { errors: 90 }))
    expect(scene.watch.list(scene.now)[0]?.reason).toMatch(/^The origin fails 50 % of requests/)
  })

  test('when most of far more requests than usual are refused', () => {
    const scene = settle()
    run(scene, 2, () => rates(600, { denied: 500, origin: 100 }))
    expect(scene.watch.list(scene.now)[0]?.reason).toMatch(/^83 % of requests are refused/)
  })
})

describe('attack mode does not begin', () => {
  test('when an origin fails all by itself', () => {
    const scene = settle(200)
    run(scene, 20, () => rates(200, { errors: 200 }))
    expect(states(scene)).toEqual([])
  })

  test('below the least rate, however unusual', () => {
    const scene = settle(2)
    run(scene, 20, () => rates(99, { errors: 99 }))
    expect(states(scene)).toEqual([])
  })

  test('while what is too much is refused by limits or bans', () => {
    const scene = settle(100)
    run(scene, 20, () => rates(280, { denied: 130, origin: 150 }))
    expect(states(scene)).toEqual([])
  })

  test('when one client floods that a limit refuses, on a site with few visitors or many', () => {
    for (const usual of [5, 50]) {
      const scene = settle(usual)
      run(scene, 20, () => rates(600, { denied: 590 - usual, origin: usual + 10 }))
      expect(states(scene)).toEqual([])
    }
  })

  test('with a crowd that grows over a quarter of an hour', () => {
    const scene = settle()
    run(scene, 180, (tick) => rates(50 * 5 ** (tick / 180)))
    expect(states(scene)).toEqual([])
  })

  test('when an origin fails while one client floods that a limit refuses', () => {
    const scene = settle(80)
    run(scene, 20, () => rates(600, { denied: 510, origin: 90, errors: 90 }))
    expect(states(scene)).toEqual([])
  })

  test('before it is known what is usual', () => {
    const scene = { watch: createAttackWatch(), now: START }
    run(scene, 12, () => rates(1000), COLD)
    expect(states(scene)).toEqual([])
  })

  test('for a route that was given another name', () => {
    const scene = settle(500)
    run(scene, 200, () => rates(500, { route: 'renamed' }))
    expect(states(scene)).toEqual([])
  })

  test('for a route that is asked irregularly', () => {
    const scene = { watch: createAttackWatch(), now: START }
    const random = createRandom(4)
    run(scene, 60, () => rates(random() < 0.2 ? 400 : 20), COLD)
    run(scene, 60, () => rates(random() < 0.2 ? 400 : 20))
    expect(states(scene)).toEqual([])
  })
})

describe('attack mode ends', () => {
  test('after the time of quiet, and not much later', () => {
    const scene = settle()
    run(scene, 10, () => rates(600))
    const last = scene.now
    while (scene.watch.list(scene.now).length > 0) run(scene, 1, () => rates(50))
    const quiet = (scene.now - last) / 1000
    expect(quiet).toBeGreaterThanOrEqual(model.quiet)
    expect(quiet).toBeLessThanOrEqual(1.25 * model.quiet + 5)
  })

  test('not while the attack goes on, though all of it is challenged now', () => {
    const scene = settle()
    run(scene, 3, () => rates(600))
    run(scene, 600, () => rates(600, { origin: 5 }))
    expect(states(scene)).toHaveLength(1)
  })

  // Limits do then what a challenge is for; to go on would only cost the visitors.
  test('when all that is too much is refused by limits, after the time of quiet', () => {
    const scene = settle()
    run(scene, 3, () => rates(600))
    const last = scene.now
    while (states(scene).length > 0 && scene.now < last + 3_600_000)
      run(scene, 1, () => rates(600, { denied: 545, origin: 5 }))
    const quiet = (scene.now - last) / 1000
    expect(quiet).toBeGreaterThanOrEqual(model.quiet)
    expect(quiet).toBeLessThanOrEqual(1.25 * model.quiet + 5)
    run(scene, 120, () => rates(600, { denied: 545, origin: 5 }))
    expect(states(scene)).toEqual([])
  })

  test('though one client goes on that a limit refuses, whatever it sends', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: model.min_rate, max: 100_000 }),
        fc.integer({ min: 5, max: 300 }),
        (sent, usual) => {
          const scene = settle(usual)
          run(scene, 3, () => rates(usual * 20 + 200))
          expect(states(scene)).toHaveLength(1)
          run(scene, (1.25 * model.quiet) / 5 + 1, () =>
            rates(usual + sent, { denied: sent - 5, origin: usual + 5, errors: usual }),
          )
          expect(states(scene)).toEqual([])
        },
      ),
      { numRuns: 30 },
    )
  })

  test('by itself, when nobody reports any more', () => {
    const scene = settle()
    run(scene, 3, () => rates(600))
    const [attack] = scene.watch.list(scene.now)
    expect(attack?.until).toBeGreaterThan(scene.now)
    expect(scene.watch.list(attack?.until ?? 0)).toEqual([])
  })

  test('for good when what was an attack has become usual', () => {
    const scene = settle()
    run(scene, (2 * 3600) / 5, () => rates(600))
    expect(states(scene)).toEqual([])
  })
})

test('whatever a route does, its state changes at most once in the time of quiet', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 50, maxLength: 400 }), (series) => {
      const scene = { watch: createAttackWatch(), now: START }
      let began: number | undefined
      run(scene, 24, () => rates(50), COLD)
      for (const rate of series) {
        run(scene, 1, () => rates(rate))
        const isOn = scene.watch.list(scene.now).length > 0
        if (isOn) began ??= scene.now
        else if (began !== undefined) {
          expect(scene.now - began).toBeGreaterThanOrEqual(model.quiet * 1000)
          began = undefined
        }
      }
    }),
  )
})

test('what is usual outlives the memory', () => {
  const before = settle(500)
  const after = createAttackWatch()
  after.restore(before.watch.save(10))
  const scene = { watch: after, now: before.now + 60_000 }
  run(scene, 5, () => rates(600))
  expect(states(scene)).toEqual([])
  run(scene, 2, () => rates(2500))
  expect(states(scene)).toHaveLength(1)
})

test('any number of hosts is taken, and the busiest are known', () => {
  const watch = createAttackWatch()
  let now = START
  for (let round = 0; round < 5; round++) {
    now += ATTACK_TICK
    const routes = new Map<string, RouteRates>()
    for (let n = 0; n < 3000; n++) {
      const host = `h${round}-${n}.example`
      routes.set(`${host} site`, rates(n === 0 ? 500 : 1, { host }))
    }
    watch.tick(routes, model, COLD, now)
  }
  const saved = watch.save(5000)
  expect(saved.length).toBeLessThanOrEqual(1024)
  expect(saved[0]?.[2]).toBeGreaterThan(100)
})
