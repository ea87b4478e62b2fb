import { describe, expect, it } from 'vitest'
import type { Timer } from '../../src/ingress/limits/deadline.ts'
import { durableSpend } from '../../src/worker/challenge-shards.ts'

const never: Timer = () => () => {}
const EXPIRES = 1_795_000_300

/** A binding whose objects fail as told, one fault per call, and remember claims like real ones. */
function open(faults: readonly unknown[] = [], { afterwards = false, timer = never } = {}) {
  const names: string[] = []
  const claims = new Map<string, string>()
  let calls = 0
  let drawn = 0
  const namespace = {
    getByName: (name: string) => {
      names.push(name)
      return {
        async spend(id: string, claim: string) {
          const fault = faults[calls++]
          if (fault !== undefined && !afterwards) throw fault
          if (!claims.has(id)) claims.set(id, claim)
          if (fault !== undefined) throw fault
          return claims.get(id) === claim
        },
      }
    },
  }
  const spend = durableSpend(namespace, { timer, draw: () => `claim-${++drawn}` })
  return { names, spend, calls: () => calls }
}

const idOf = (first: number): string => Buffer.from([first, ...new Array(15).fill(1)]).toString('base64url')
const fault = (marks: object): Error => Object.assign(new Error('call failed'), marks)

describe('a redeemed challenge', () => {
  it('is new once', async () => {
    const { spend } = open()
    expect([
      await spend(idOf(1), EXPIRES),
      await spend(idOf(1), EXPIRES),
      await spend(idOf(2), EXPIRES),
    ]).toEqual(['first', 'again', 'first'])
  })

  it('is not asked about again by who has asked: nobody can call one object all the time', async () => {
    const { spend, calls } = open()
    const answers = await Promise.all(Array.from({ length: 50 }, () => spend(idOf(1), EXPIRES)))
    expect(answers.toSorted()).toEqual([...new Array(49).fill('again'), 'first'])
    expect(calls()).toBe(1)
  })

  it('is known to who has asked when nobody else can say it', async () => {
    const { spend } = open([fault({ remote: true }), fault({ remote: true })])
    expect([await spend(idOf(1), EXPIRES), await spend(idOf(1), EXPIRES)]).toEqual(['unknown', 'again'])
  })

  it('is forgotten by who has asked once there are very many, and its object still knows it', async () => {
    const { spend, calls } = open()
    const id = (n: number): string =>
      Buffer.from([0, n >> 8, n & 255, ...new Array(13).fill(1)]).toString('base64url')
    for (let n = 0; n <= 4096; n++) await spend(id(n), EXPIRES)
    expect([await spend(id(1), EXPIRES), calls()]).toEqual(['again', 4097])
    expect([await spend(id(0), EXPIRES), calls()]).toEqual(['again', 4098])
  })

  it('is known to one of sixteen objects, by its id', async () => {
    const { spend, names } = open()
    for (let first = 0; first < 256; first++) await spend(idOf(first), EXPIRES)
    expect(new Set(names).size).toBe(16)
    expect(names[3]).toBe(names[3 + 16])
  })

  it('is asked about again with the same claim when the runtime says that may help', async () => {
    const { spend, calls } = open([fault({ retryable: true })], { afterwards: true })
    // The first call did arrive: the second one must not be taken for somebody else's.
    expect(await spend(idOf(1), EXPIRES)).toBe('first')
    expect(calls()).toBe(2)
  })

  it.each([
    ['fails twice', [fault({ retryable: true }), fault({ retryable: true })]],
    ['is overloaded', [fault({ retryable: true, overloaded: true })]],
    ['fails by itself', [fault({ remote: true })]],
  ])('is unknown when its object %s', async (_, faults) => {
    expect(await open(faults).spend(idOf(1), EXPIRES)).toBe('unknown')
  })

  it('is unknown when its object does not answer within a second', async () => {
    const timer: Timer = (ms, fire) => {
      expect(ms).toBe(1000)
      queueMicrotask(fire)
      return () => {}
    }
    const silent = { getByName: () => ({ spend: () => new Promise<boolean>(() => {}) }) }
    expect(await durableSpend(silent, { timer, draw: () => 'x' })(idOf(1), EXPIRES)).toBe('unknown')
  })

  it('is unknown where there are no objects, and where asking throws', async () => {
    expect(await durableSpend(undefined, { timer: never, draw: () => 'x' })(idOf(1), EXPIRES)).toBe('unknown')
    const broken = {
      getByName: (): never => {
        throw new Error('no such binding')
      },
    }
    expect(await durableSpend(broken, { timer: never, draw: () => 'x' })(idOf(1), EXPIRES)).toBe('unknown')
  })
})
