import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createBanTable } from '../../../src/ingress/dos/ban-table.ts'
import { agentKeyOf } from '../../../src/ingress/dos/source-keys.ts'
import type { AttackState, Ban, Orders } from '../../../src/ingress/dos/watch-protocol.ts'
import { makeBan, makeFacts, NOW } from './make-ban.ts'

function open(bans: readonly Ban[], attacks: readonly AttackState[] = []) {
  const table = createBanTable()
  table.apply({ revision: 7, basis: 7, bans, attacks }, NOW)
  return table
}

const found = (
  bans: readonly Ban[],
  request: Parameters<typeof makeFacts>[0],
  now = NOW,
): string | undefined => open(bans).find(makeFacts(request), now)?.key

describe('the table of bans', () => {
  test('finds nothing before the first orders', () => {
    const table = createBanTable()
    expect(table.find(makeFacts({ ip: '192.0.2.1', asn: 64_500 }), NOW)).toBeUndefined()
    expect(table.attackOf('www.example.com', 'site', NOW)).toBeUndefined()
    expect(table.revision).toBe(0)
  })

  test.each([
    ['an address', makeBan({ key: '192.0.2.1' }), { ip: '192.0.2.1' }, { ip: '192.0.2.2' }],
    [
      'an IPv6 /64',
      makeBan({ key: '2001:db8:0:1::/64' }),
      { ip: '2001:db8:0:1:5::9' },
      { ip: '2001:db8:0:2::9' },
    ],
    [
      'a network',
      makeBan({ level: 'network', key: '192.0.2.0/24' }),
      { ip: '192.0.2.77' },
      { ip: '192.0.3.77' },
    ],
    ['an AS', makeBan({ level: 'asn', key: '64500' }), { asn: 64_500 }, { asn: 64_501 }],
    [
      'a TLS fingerprint',
      makeBan({ level: 'tls', key: 't13d1516h2_8daaf6152771_b186095e22b6' }),
      { ja4: 't13d1516h2_8daaf6152771_b186095e22b6' },
      { ja4: 't13d1516h2_8daaf6152771_000000000000' },
    ],
    [
      'a path and agent',
      makeBan({ level: 'agent', key: agentKeyOf(makeFacts({ path: '/search', agent: 'bot/1' })) }),
      { path: '/search', agent: 'bot/1' },
      { path: '/search', agent: 'bot/2' },
    ],
  ] as const)('finds %s, and not its neighbour', (_, ban, inside, outside) => {
    const table = open([ban])
    expect(table.find(makeFacts(inside), NOW)).toBe(ban)
    expect(table.find(makeFacts(outside), NOW)).toBeUndefined()
    expect(table.find(makeFacts(), NOW)).toBeUndefined()
  })

  test('finds no ban that has ended, and the wider one around it', () => {
    const bans = [
      makeBan({ key: '192.0.2.1', until: NOW + 1000 }),
      makeBan({ level: 'network', key: '192.0.2.0/24', until: NOW + 5000 }),
    ]
    expect(found(bans, { ip: '192.0.2.1' }, NOW + 999)).toBe('192.0.2.1')
    expect(found(bans, { ip: '192.0.2.1' }, NOW + 1000)).toBe('192.0.2.0/24')
    expect(found(bans, { ip: '192.0.2.1' }, NOW + 5000)).toBeUndefined()
  })

  test('lets a ban that only logs hide none that blocks', () => {
    const network = makeBan({ level: 'network', key: '192.0.2.0/24' })
    expect(found([makeBan({ action: 'log' }), network], { ip: '192.0.2.1' })).toBe('192.0.2.0/24')
    const asn = makeBan({ level: 'asn', key: '64500' })
    expect(found([makeBan({ action: 'challenge' }), asn], { ip: '192.0.2.1', asn: 64_500 })).toBe('64500')
  })

  test('passes over a key that is no network', () => {
    const bans = [makeBan({ key: 'nonsense' }), makeBan({ key: '192.0.2.9' })]
    expect(found(bans, { ip: '192.0.2.9' })).toBe('192.0.2.9')
  })

  test('holds what was ordered last and nothing else', () => {
    const table = open([makeBan()])
    table.apply({ revision: 8, basis: 8, bans: [makeBan({ key: '198.51.100.1' })], attacks: [] }, NOW)
    expect(table.find(makeFacts({ ip: '192.0.2.1' }), NOW)).toBeUndefined()
    expect(table.find(makeFacts({ ip: '198.51.100.1' }), NOW)).toBeDefined()
    expect([table.revision, table.size]).toEqual([8, 1])
  })

  test('does not let go of an operator’s last word because the watch has not heard of it yet', () => {
    const table = createBanTable()
    table.apply({ revision: 20, basis: 20, bans: [makeBan()], attacks: [] }, NOW)
    const old: Orders = { revision: 21, basis: 19, bans: [], attacks: [] }
    table.apply(old, NOW + 2000)
    expect(table.find(makeFacts({ ip: '192.0.2.1' }), NOW + 2000)).toBeDefined()
    expect(table.revision).toBe(20)
    table.apply(old, NOW + 10_000)
    expect(table.find(makeFacts({ ip: '192.0.2.1' }), NOW + 10_000)).toBeUndefined()
  })

  test('keeps what it held beside orders that are only a part', () => {
    const table = open([makeBan({ key: '192.0.2.1' }), makeBan({ key: '192.0.2.2', action: 'log' })])
    const bans = [makeBan({ key: '192.0.2.2' }), makeBan({ key: '192.0.2.3' })]
    table.apply({ revision: 8, basis: 8, bans, attacks: [], isPartial: true }, NOW)
    const action = (ip: string): string | undefined => table.find(makeFacts({ ip }), NOW)?.action
    expect(['192.0.2.1', '192.0.2.2', '192.0.2.3'].map(action)).toEqual(['block', 'block', 'block'])
    expect(table.size).toBe(3)
  })

  test('agrees with looking at every ban, whatever the networks', () => {
    const prefix = fc.tuple(fc.nat({ max: 255 }), fc.integer({ min: 24, max: 32 })).map(([host, length]) => {
      const kept = length === 32 ? host : host & (0xff << (32 - length)) & 0xff
      return { start: kept, length }
    })
    const bans = fc.array(fc.record({ prefix, strong: fc.boolean(), life: fc.nat({ max: 2 }) }), {
      maxLength: 12,
    })
    fc.assert(
      fc.property(bans, fc.nat({ max: 255 }), (given, host) => {
        const made = given.map(({ prefix: { start, length }, strong, life }) => ({
          ...{ start, length },
          ban: makeBan({
            key: `192.0.2.${start}/${length}`,
            action: strong ? 'block' : 'log',
            until: NOW + life * 1000,
          }),
        }))
        const holding = made.filter(
          ({ start, length, ban }) =>
            host >> (32 - length) === start >> (32 - length) && ban.until > NOW + 1000,
        )
        const blocking = holding.filter(({ ban }) => ban.action === 'block')
        const narrowest = Math.max(...(blocking.length > 0 ? blocking : holding).map(({ length }) => length))
        const answer = open(made.map(({ ban }) => ban)).find(makeFacts({ ip: `192.0.2.${host}` }), NOW + 1000)
        expect(answer === undefined).toBe(holding.length === 0)
        if (answer === undefined) return
        expect(answer.action).toBe(blocking.length > 0 ? 'block' : 'log')
        expect(answer.key.endsWith(`/${narrowest}`)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})

describe('attack states', () => {
  const attack = (state: Partial<AttackState>): AttackState => ({
    host: '',
    route: '',
    state: 'on',
    by: 'detection',
    since: NOW,
    until: 0,
    reason: 'Requests came at 9 times the usual rate.',
    ...state,
  })
  const stateOf = (attacks: Orders['attacks'], now = NOW): string | undefined =>
    open([], attacks).attackOf('www.example.com', 'site', now)?.state

  test('are about their host and route only, or about all', () => {
    expect(stateOf([attack({ host: 'www.example.com', route: 'site' })])).toBe('on')
    expect(stateOf([attack({ host: 'www.example.com' })])).toBe('on')
    expect(stateOf([attack({ route: 'site' })])).toBe('on')
    expect(stateOf([attack({})])).toBe('on')
    expect(stateOf([attack({ host: 'other.example', route: 'site' })])).toBeUndefined()
    expect(stateOf([attack({ host: 'www.example.com', route: 'api' })])).toBeUndefined()
  })

  test('of an operator come before those of detection, whichever is closer', () => {
    const detected = attack({ host: 'www.example.com', route: 'site' })
    expect(stateOf([detected, attack({ by: 'operator', state: 'off' })])).toBe('off')
    expect(stateOf([attack({ by: 'operator', state: 'off' }), detected])).toBe('off')
  })

  test('of one route come before those of all', () => {
    const all = attack({ by: 'operator', state: 'off' })
    expect(stateOf([all, attack({ by: 'operator', route: 'site' })])).toBe('on')
  })

  test('end when they say', () => {
    const attacks = [attack({ until: NOW + 1000 })]
    expect(stateOf(attacks, NOW + 999)).toBe('on')
    expect(stateOf(attacks, NOW + 1000)).toBeUndefined()
  })
})
