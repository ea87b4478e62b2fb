import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Characteristic } from '../../../src/bundle/model.ts'
import { createKeyHasher } from '../../../src/ingress/limits/key.ts'
import { createSipKey, toHex } from '../../../src/ingress/limits/sip-hash.ts'
import { countingKey, parseAddress } from '../../../src/net/address.ts'
import { createRequest, type RequestParts } from './request.ts'

const KEY = createSipKey(new Uint8Array(16).fill(7))

function hash(characteristics: readonly Characteristic[], parts: RequestParts, id = 'login'): string {
  return toHex(createKeyHasher(id, characteristics, KEY).hash(createRequest(parts)))
}

const IP: Characteristic = { kind: 'ip.src' }
const HEADER: Characteristic = { kind: 'http.request.headers', name: 'X-Api-Key' }
const COOKIE: Characteristic = { kind: 'http.request.cookies', name: 'sid' }
const ARG: Characteristic = { kind: 'http.request.uri.args', name: 'user[]' }

describe('counting key', () => {
  it('counts IPv4 clients one by one and IPv6 clients by /64', () => {
    expect(hash([IP], { address: '192.0.2.1' })).not.toBe(hash([IP], { address: '192.0.2.2' }))
    expect(hash([IP], { address: '2001:db8:1:2::1' })).toBe(hash([IP], { address: '2001:db8:1:2:ffff::9' }))
    expect(hash([IP], { address: '2001:db8:1:2::1' })).not.toBe(hash([IP], { address: '2001:db8:1:3::1' }))
    expect(hash([IP], { address: '::ffff:192.0.2.1' })).toBe(hash([IP], { address: '192.0.2.1' }))
  })

  const distinct: [Characteristic, RequestParts, RequestParts][] = [
    [{ kind: 'cf.colo.id' }, { client: { colo: 'AMS' } }, { client: { colo: 'FRA' } }],
    [{ kind: 'ip.src.asnum' }, { client: { asn: 1 } }, { client: { asn: 2 } }],
    [{ kind: 'ip.src.country' }, { client: { country: 'NL' } }, { client: {} }],
    [{ kind: 'http.host' }, { host: 'a.example' }, { host: 'b.example' }],
    [{ kind: 'http.request.method' }, { method: 'GET' }, { method: 'POST' }],
    [{ kind: 'http.request.uri.path' }, { target: '/a' }, { target: '/b' }],
    [{ kind: 'http.user_agent' }, { headers: { 'user-agent': 'a' } }, { headers: { 'user-agent': 'b' } }],
    [HEADER, { headers: { 'x-api-key': 'a' } }, { headers: { 'x-api-key': 'b' } }],
    [COOKIE, { headers: { cookie: 'x=1; sid=a' } }, { headers: { cookie: 'x=1; sid=b' } }],
    [ARG, { target: '/?x=1&user[]=a' }, { target: '/?x=1&user[]=b' }],
  ]
  it.each(distinct)('tells clients apart by $kind and by nothing else', (characteristic, a, b) => {
    expect(hash([characteristic], a)).not.toBe(hash([characteristic], b))
    expect(hash([characteristic], { ...a, address: '198.51.100.9' })).toBe(hash([characteristic], a))
  })

  it('reads the first cookie and argument of a name, and only whole names', () => {
    expect(hash([COOKIE], { headers: { cookie: 'mysid=b; sid= a ; sid=c' } })).toBe(
      hash([COOKIE], { headers: { cookie: 'sid=a' } }),
    )
    expect(hash([ARG], { target: '/?user=x&user[]=a&user[]=c' })).toBe(hash([ARG], { target: '/?user[]=a' }))
  })

  it('takes an argument whose name is escaped for the same argument', () => {
    expect(hash([ARG], { target: '/?user%5B%5D=a' })).toBe(hash([ARG], { target: '/?user[]=a' }))
    expect(hash([ARG], { target: '/?%ff=1&user[]=a' })).toBe(hash([ARG], { target: '/?user[]=a' }))
  })

  it('counts requests without the characteristic together, apart from those where it is empty', () => {
    const absent = hash([HEADER], {})
    expect(hash([HEADER], { headers: { other: '1' } })).toBe(absent)
    expect(hash([HEADER], { headers: { 'x-api-key': '' } })).not.toBe(absent)
    expect(hash([COOKIE], { headers: { cookie: 'sid' } })).not.toBe(
      hash([COOKIE], { headers: { cookie: 'a' } }),
    )
    expect(hash([IP], { client: { address: undefined } })).not.toBe(hash([IP], {}))
  })

  it('hashes the whole of a long value', () => {
    const long = 'k'.repeat(5000)
    expect(hash([HEADER], { headers: { 'x-api-key': `${long}a` } })).not.toBe(
      hash([HEADER], { headers: { 'x-api-key': `${long}b` } }),
    )
  })

  it('never lets two lists of values share a key', () => {
    const pair: Characteristic[] = [HEADER, { kind: 'http.user_agent' }]
    const value = fc.option(fc.string({ unit: 'binary', maxLength: 70 }), { nil: undefined })
    const request = ([a, b]: readonly (string | undefined)[]): RequestParts => ({
      headers: {
        ...(a === undefined ? {} : { 'x-api-key': a }),
        ...(b === undefined ? {} : { 'user-agent': b }),
      },
    })
    fc.assert(
      fc.property(fc.tuple(value, value), fc.tuple(value, value), (one, other) => {
        const same = one[0] === other[0] && one[1] === other[1]
        expect(hash(pair, request(one)) === hash(pair, request(other))).toBe(same)
      }),
      { numRuns: 1000 },
    )
    expect(hash(pair, request(['ab', 'c']))).not.toBe(hash(pair, request(['a', 'bc'])))
    expect(hash(pair, request([undefined, 'c']))).not.toBe(hash(pair, request(['c', undefined])))
  })

  it('keeps limits apart, and does not depend on the order of the characteristics', () => {
    expect(hash([IP], {}, 'a')).not.toBe(hash([IP], {}, 'b'))
    expect(hash([IP, HEADER], { headers: { 'x-api-key': 'k' } })).toBe(
      hash([HEADER, IP], { headers: { 'x-api-key': 'k' } }),
    )
  })

  it('depends on the secret', () => {
    const other = createKeyHasher('login', [IP], createSipKey(new Uint8Array(16)))
    expect(toHex(other.hash(createRequest()))).not.toBe(hash([IP], {}))
  })

  it('counts an IPv6 client by its /48 too, apart from any /64', () => {
    const keys = createKeyHasher('login', [IP, HEADER], KEY)
    const network = (address: string): string | undefined => {
      const found = keys.hashNetwork(createRequest({ address }))
      return found && toHex(found)
    }
    expect(network('2001:db8:1:2::1')).toBe(network('2001:db8:1:ffff::9'))
    expect(network('2001:db8:1:2::1')).not.toBe(network('2001:db8:2:2::1'))
    expect(network('2001:db8:1::')).not.toBe(hash([IP, HEADER], { address: '2001:db8:1::' }))
    expect(network('192.0.2.1')).toBeUndefined()
    const headerOnly = createKeyHasher('login', [HEADER], KEY)
    expect(headerOnly.hashNetwork(createRequest({ address: '2001:db8::1' }))).toBeUndefined()
  })

  it('takes clients apart by address and text together, and mixes neither up with the other', () => {
    const units = fc.array(fc.constantFrom(0, 1, 2, 0x14, 0xfffa, 0xfffb, 0xfffc, 0xfffd, 0xffff), {
      maxLength: 8,
    })
    const client = fc.record({
      address: fc.oneof(
        fc.nat(3).map((n) => `0.20.0.${n}`),
        fc.nat(3).map((n) => `14::${n}`),
        fc.nat(3).map((n) => `14:0:0:${n}::`),
        fc.constant(undefined),
      ),
      agent: units.map((codes) => String.fromCharCode(...codes)),
    })
    const read = ({ address, agent }: { address: string | undefined; agent: string }): string =>
      hash([IP, { kind: 'http.user_agent' }], {
        ...(address === undefined ? { client: { address: undefined } } : { address }),
        headers: { 'user-agent': agent },
      })
    const countedAs = (text: string | undefined): string | undefined => {
      const address = text === undefined ? undefined : parseAddress(text)
      return address && countingKey(address)
    }
    fc.assert(
      fc.property(client, client, (one, other) => {
        const isSame = one.agent === other.agent && countedAs(one.address) === countedAs(other.address)
        expect(read(one) === read(other)).toBe(isSame)
      }),
      { numRuns: 1000 },
    )
  })

  it('counts by the values of expressions, each in its place whatever the order of the names', () => {
    const expression = (source: string): Characteristic => ({ kind: 'expression', source, node: {} as never })
    const both = createKeyHasher('login', [expression('b'), IP, expression('a')], KEY)
    const swapped = createKeyHasher('login', [expression('a'), expression('b'), IP], KEY)
    const of = (keys: typeof both, values: readonly (string | undefined)[]): string =>
      toHex(keys.hash(createRequest(), values))
    expect(of(both, ['1', '2'])).toBe(of(swapped, ['2', '1']))
    expect(of(both, ['1', '2'])).not.toBe(of(both, ['2', '1']))
    expect(of(both, ['1', undefined])).not.toBe(of(both, ['1', '']))
    expect(of(both, [])).toBe(of(both, [undefined, undefined]))
  })

  it('counts a client with a solved challenge anew', () => {
    const keys = createKeyHasher('login', [IP], KEY)
    const of = (clearance?: string): string => toHex(keys.hash(createRequest(), undefined, clearance))
    expect(new Set([of(), of(''), of('a'), of('b')]).size).toBe(4)
    expect(of('a')).toBe(of('a'))
  })
})
