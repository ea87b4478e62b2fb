import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { IPV4, IPV6, type Network, RELAY } from '../../../src/ingress/challenge/binding.ts'
import { createKeyRing } from '../../../src/ingress/challenge/challenge-keys.ts'
import type { Attested, ReadClearance } from '../../../src/ingress/challenge/clearance-value.ts'
import type { Grant } from '../../../src/ingress/challenge/grant.ts'
import { mergeClearance } from '../../../src/ingress/challenge/merge-clearance.ts'

const keys = createKeyRing([new Uint8Array(16).fill(3)]).current('app.example')
const terms = { life: { 1: 3600, 2: 21_600, 3: 86_400 }, maxLife: 604_800 }
const T = 1_795_000_000
const home: Network = { kind: IPV4, hash: { hi: 1, lo: 1 } }
const away: Network = { kind: IPV4, hash: { hi: 9, lo: 9 } }
const six: Network = { kind: IPV6, hash: { hi: 2, lo: 2 } }
const relay: Network = { kind: RELAY, hash: { hi: 3, lo: 3 } }

function given(level: 1 | 2 | 3, network: Network = home): Grant {
  const asked = { network, kid: keys.kid }
  return { level, method: 'proof', id: new Uint8Array(8), asked, isBrief: false }
}

function had(networks: readonly Attested[], first: number): ReadClearance {
  const times = { issued: T - 10, expires: T + 3600, first }
  return { ...times, networks, method: 'proof', agent: 1, id: new Uint8Array(8), keys }
}

const merge = (grant: Grant, network: Network, before: ReadClearance) =>
  mergeClearance(grant, network, { issued: T, kid: keys.kid, terms, before })

describe('a clearance that takes another along', () => {
  test('counts its life from the older of both, so that solving again does not make the other eternal', () => {
    const before = had([{ ...six, level: 2 }], T - 500_000)
    expect(merge(given(2), home, before)).toMatchObject({ first: T - 500_000, expires: T + 21_600 })
  })

  test('leaves one behind that has not enough life left', () => {
    const before = had([{ ...six, level: 3 }], T - terms.maxLife + 21_599)
    const merged = merge(given(2), home, before)
    expect(merged).toMatchObject({ first: T, networks: [{ ...home, level: 2 }] })
  })

  test('never takes the network of all relays, which must not live long', () => {
    const before = had([{ ...relay, level: 3 }], T - 10)
    expect(merge(given(2), home, before).networks).toEqual([{ ...home, level: 2 }])
    // The page came through a relay and its solution from home.
    expect(merge(given(2, relay), home, had([], T)).networks).toEqual([{ ...home, level: 2 }])
  })

  test('keeps the network of the other kind before one of the same', () => {
    const before = had(
      [
        { ...away, level: 2 },
        { ...six, level: 1 },
      ],
      T - 10,
    )
    expect(merge(given(2), home, before).networks).toEqual([
      { ...home, level: 2 },
      { ...six, level: 1 },
    ])
    expect(merge(given(2), home, had([{ ...away, level: 1 }], T - 10)).networks).toEqual([
      { ...home, level: 2 },
      { ...away, level: 1 },
    ])
  })

  test('never has more than two networks, a level that nobody reached, or a life beyond the longest', () => {
    const network = fc.constantFrom(home, six, relay, away)
    const level = fc.constantFrom(1 as const, 2 as const, 3 as const)
    const attested = fc
      .tuple(network, level)
      .map(([each, reached]): Attested => ({ ...each, level: reached }))
    fc.assert(
      fc.property(
        fc.tuple(level, network, network, fc.boolean()),
        fc.array(attested, { minLength: 1, maxLength: 2 }),
        fc.nat({ max: terms.maxLife }),
        ([reached, from, to, isBrief], networks, age) => {
          const before = had(networks, T - age)
          const merged = merge({ ...given(reached, from), isBrief }, to, before)
          expect(merged.networks.length).toBeLessThanOrEqual(2)
          expect(merged.expires - merged.first).toBeLessThanOrEqual(terms.maxLife)
          expect(merged.expires - T).toBeLessThanOrEqual(terms.life[reached])
          for (const each of merged.networks) {
            const highest = networks.filter(({ hash }) => hash === each.hash).map((known) => known.level)
            const own = each.hash === from.hash || each.hash === to.hash ? [reached] : []
            expect([...highest, ...own]).toContain(each.level)
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})

test('a short clearance has all of its life behind it at its end, so that renewals give it none', () => {
  const nobody = { issued: T, kid: keys.kid, terms }
  const brief = mergeClearance({ ...given(3), isBrief: true }, home, nobody)
  expect(brief).toMatchObject({ expires: T + 300, first: T + 300 - terms.maxLife })
  const relayed = mergeClearance(given(3, relay), relay, nobody)
  expect(relayed).toMatchObject({ expires: T + 3600, first: T + 3600 - terms.maxLife })
})
