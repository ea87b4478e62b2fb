import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ALLOW, DENY, type GuardModel } from '../../src/bundle/model.ts'
import { type Mode, NOTHING } from '../../src/http/decision.ts'
import type { ClientFacts } from '../../src/http/facts.ts'
import { createAccess } from '../../src/ingress/access.ts'
import { parseAddress } from '../../src/net/address.ts'
import { parsePrefix } from '../../src/net/prefix.ts'
import { buildPrefixSet, openPrefixSet, type PrefixSet } from '../../src/net/prefix-set.ts'

function setOf(allow: readonly string[], deny: readonly string[]): PrefixSet {
  const entries = [
    ...allow.map((text) => [text, ALLOW] as const),
    ...deny.map((text) => [text, DENY] as const),
  ]
  return openPrefixSet(
    buildPrefixSet(
      entries.map(([text, value]) => {
        const result = parsePrefix(text)
        if (!result.ok) throw new Error(result.message)
        return { prefix: result.prefix, value }
      }),
    ),
  )
}

function guard(changes: Partial<GuardModel> = {}): GuardModel {
  return {
    id: 'g',
    description: '',
    mode: 'enforce',
    scope: { hosts: [], paths: [], methods: [] },
    prefixes: '',
    asns: { allow: [], deny: [] },
    countries: { allow: [], deny: [] },
    allow_listed_only: false,
    ...changes,
  }
}

function client(address: string | undefined, facts: Partial<ClientFacts> = {}): ClientFacts {
  return { address: address === undefined ? undefined : parseAddress(address), ...facts }
}

const facts = (who: ClientFacts, path = '/', host = 'a.example', method = 'GET') => ({
  host,
  path,
  method,
  client: who,
})
const noSets = (name: string): PrefixSet => {
  throw new Error(`no set ${name}`)
}

/** Whether a guard with these lists lets the client pass. */
function passes(changes: Partial<GuardModel>, who: ClientFacts, set?: PrefixSet): boolean {
  const stage = createAccess([guard({ ...changes, prefixes: set ? 'set' : '' })], () => set ?? noSets('set'))
  return stage(facts(who)).terminal === undefined
}

describe('a guard', () => {
  test('lets the most specific network decide', () => {
    const set = setOf(['192.0.2.10/32', '2001:db8:1::/48'], ['192.0.2.0/24', '2001:db8::/32'])
    expect(passes({}, client('192.0.2.10'), set)).toBe(true)
    expect(passes({}, client('192.0.2.11'), set)).toBe(false)
    expect(passes({}, client('::ffff:192.0.2.11'), set)).toBe(false)
    expect(passes({}, client('2001:db8:1::5'), set)).toBe(true)
    expect(passes({}, client('2001:db8:2::5'), set)).toBe(false)
    expect(passes({}, client('198.51.100.1'), set)).toBe(true)
  })

  test('denies a network that is allowed and denied', () => {
    expect(
      passes({ allow_listed_only: true }, client('10.0.0.1'), setOf(['10.0.0.0/8'], ['10.0.0.0/8'])),
    ).toBe(false)
  })

  test('asks the address before the ASN, and the ASN before the country', () => {
    const set = setOf(['192.0.2.0/24'], ['198.51.100.0/24'])
    const lists = { asns: { allow: [64500], deny: [64496] }, countries: { allow: ['DE'], deny: ['FR'] } }
    expect(passes(lists, client('192.0.2.1', { asn: 64496, country: 'FR' }), set)).toBe(true)
    expect(passes(lists, client('198.51.100.1', { asn: 64500, country: 'DE' }), set)).toBe(false)
    expect(passes(lists, client('8.8.8.8', { asn: 64496, country: 'DE' }), set)).toBe(false)
    expect(passes(lists, client('8.8.8.8', { asn: 64500, country: 'FR' }), set)).toBe(true)
    expect(passes(lists, client('8.8.8.8', { asn: 1, country: 'FR' }), set)).toBe(false)
    expect(passes(lists, client('8.8.8.8', { asn: 1, country: 'DE' }), set)).toBe(true)
    expect(passes(lists, client('8.8.8.8', { asn: 1, country: 'US' }), set)).toBe(true)
  })

  test('refuses whom no list names when only the listed may pass', () => {
    const lists = { allow_listed_only: true, countries: { allow: ['DE'], deny: [] } }
    expect(passes(lists, client('8.8.8.8', { country: 'DE' }))).toBe(true)
    expect(passes(lists, client('8.8.8.8', { country: 'US' }))).toBe(false)
    expect(passes(lists, client('8.8.8.8'))).toBe(false)
    expect(passes({ allow_listed_only: true }, client('8.8.8.8', { asn: 1, country: 'DE' }))).toBe(false)
  })

  test('treats an unknown address as on no list', () => {
    const everyone = setOf([], ['0.0.0.0/0', '::/0'])
    expect(passes({}, client(undefined), everyone)).toBe(true)
    expect(passes({ allow_listed_only: true }, client(undefined), setOf(['0.0.0.0/0', '::/0'], []))).toBe(
      false,
    )
  })

  test('says which kind of list refused and how to change that', () => {
    const lists = {
      id: 'office',
      allow_listed_only: true,
      asns: { allow: [], deny: [1] },
      countries: { allow: [], deny: ['XX'] },
    }
    const stage = createAccess([guard({ ...lists, prefixes: 'set' })], () => setOf([], ['192.0.2.0/24']))
    const refusals = [
      client('192.0.2.1'),
      client('8.8.8.8', { asn: 1 }),
      client('8.8.8.8', { country: 'XX' }),
      client('8.8.8.8'),
    ].map((who) => stage(facts(who)).terminal)
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({
        action: 'block',
        stage: 'access',
        rule: 'access.office',
        status: 403,
        mode: 'enforce',
      })
      expect(refusal?.fix).toMatch(/guard office in rules\/access\.yaml\.$/)
    }
    const reasons = refusals.map((refusal) => refusal?.reason ?? '')
    expect(reasons.map((reason) => /address|ASN|country|Only listed/.exec(reason)?.[0])).toEqual([
      'address',
      'ASN',
      'country',
      'Only listed',
    ])
  })
})

describe('the access stage', () => {
  const deny = { asns: { allow: [], deny: [1] } }
  const refused = client('8.8.8.8', { asn: 1 })

  test('says nothing, without allocating, when no guard objects', () => {
    const stage = createAccess(
      [guard(deny), guard({ ...deny, scope: { hosts: ['b.example'], paths: [], methods: [] } })],
      noSets,
    )
    expect(stage(facts(client('8.8.8.8')))).toBe(NOTHING)
    expect(createAccess([], noSets)(facts(refused))).toBe(NOTHING)
  })

  test('asks only guards whose scope fits', () => {
    const scope = {
      hosts: ['*.example'],
      paths: [{ kind: 'prefix', value: '/admin' } as const],
      methods: ['POST'],
    }
    const stage = createAccess([guard({ ...deny, scope })], noSets)
    expect(stage(facts(refused, '/admin/x', 'a.example', 'POST')).terminal).toBeDefined()
    expect(stage(facts(refused, '/administrator', 'a.example', 'POST')).terminal).toBeUndefined()
    expect(stage(facts(refused, '/admin', 'example', 'POST')).terminal).toBeUndefined()
    expect(stage(facts(refused, '/admin', 'a.example', 'GET')).terminal).toBeUndefined()
  })

  test('needs every guard that fits to have no objection', () => {
    const allows = guard({ id: 'first', allow_listed_only: true, asns: { allow: [1], deny: [] } })
    const stage = createAccess([allows, guard({ ...deny, id: 'second' })], noSets)
    expect(stage(facts(refused)).terminal?.rule).toBe('access.second')
  })

  test('collects what log mode would refuse and goes on to the first that enforces', () => {
    const of = (id: string, mode: Mode) => guard({ ...deny, id, mode })
    const stage = createAccess(
      [of('a', 'log'), of('b', 'off'), of('c', 'log'), of('d', 'enforce'), of('e', 'enforce')],
      noSets,
    )
    const result = stage(facts(refused))
    expect(result.terminal?.rule).toBe('access.d')
    expect(result.logged.map(({ rule, mode }) => [rule, mode])).toEqual([
      ['access.a', 'log'],
      ['access.c', 'log'],
    ])
    expect(createAccess([of('a', 'log')], noSets)(facts(refused))).toMatchObject({
      logged: [{ rule: 'access.a' }],
    })
    expect(NOTHING.logged).toEqual([])
  })

  test('acts no more strongly than the stage', () => {
    expect(createAccess([guard(deny)], noSets, 'off')(facts(refused))).toBe(NOTHING)
    const result = createAccess([guard(deny)], noSets, 'log')(facts(refused))
    expect(result).toMatchObject({ logged: [{ mode: 'log' }] })
    expect(result.terminal).toBeUndefined()
  })

  test('does not ask for the sets of guards that are off', () => {
    expect(() => createAccess([guard({ mode: 'off', prefixes: 'missing' })], noSets)).not.toThrow()
    expect(() => createAccess([guard({ prefixes: 'missing' })], noSets)).toThrow('missing')
  })

  test('agrees with the rules written out one by one', () => {
    const asn = fc.constantFrom(1, 2, 3)
    const country = fc.constantFrom('DE', 'FR', 'US')
    const lists = <T>(item: fc.Arbitrary<T>) =>
      fc.record({ allow: fc.array(item, { maxLength: 2 }), deny: fc.array(item, { maxLength: 2 }) })
    const networks = fc.constantFrom('10.0.0.0/8', '10.1.0.0/16', '10.1.1.0/24', '10.1.1.1/32')
    const who = fc.record({
      address: fc.constantFrom(undefined, '10.1.1.1', '10.1.1.2', '10.1.2.1', '10.2.0.1', '11.0.0.1'),
      asn,
      country,
    })
    fc.assert(
      fc.property(
        lists(networks),
        lists(asn),
        lists(country),
        fc.boolean(),
        who,
        (cidrs, asns, countries, allow_listed_only, person) => {
          const inside = (network: string): boolean => {
            const [base = '', length = ''] = network.split('/')
            return (
              person.address?.startsWith(
                base
                  .split('.')
                  .slice(0, Number(length) / 8)
                  .join('.') + (length === '32' ? '' : '.'),
              ) ?? false
            )
          }
          const longest = (all: readonly string[]): number =>
            Math.max(-1, ...all.filter(inside).map((n) => Number(n.split('/')[1])))
          const [allowed, denied] = [longest(cidrs.allow), longest(cidrs.deny)]
          const expected = (): boolean => {
            if (allowed >= 0 || denied >= 0) return allowed > denied
            if (asns.deny.includes(person.asn)) return false
            if (asns.allow.includes(person.asn)) return true
            if (countries.deny.includes(person.country)) return false
            if (countries.allow.includes(person.country)) return true
            return !allow_listed_only
          }
          const own = client(person.address, { asn: person.asn, country: person.country })
          expect(passes({ asns, countries, allow_listed_only }, own, setOf(cidrs.allow, cidrs.deny))).toBe(
            expected(),
          )
        },
      ),
      { numRuns: 3000 },
    )
  })
})
