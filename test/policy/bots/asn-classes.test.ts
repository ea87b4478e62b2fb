import { expect, test } from 'vitest'
import { HOSTING_ASNS, RELAY_ASNS } from '../../../src/policy/bots/asn-classes.ts'

test.each([
  ['hosting', HOSTING_ASNS, 60],
  ['relay', RELAY_ASNS, 5],
] as const)('networks of %s ascend, are public numbers and have names', (_, list, least) => {
  expect(list.length).toBeGreaterThanOrEqual(least)
  for (const [i, { asn, name }] of list.entries()) {
    expect(asn).toBeGreaterThan(list[i - 1]?.asn ?? 0)
    // RFC 6996: these are private.
    expect(asn).toBeLessThan(4_200_000_000)
    expect(asn >= 64_512 && asn <= 65_534).toBe(false)
    expect(name).toMatch(/^\S.{2,}$/)
  }
})

test('no network is shipped as both', () => {
  const relays = new Set(RELAY_ASNS.map(({ asn }) => asn))
  expect(HOSTING_ASNS.filter(({ asn }) => relays.has(asn))).toEqual([])
})
