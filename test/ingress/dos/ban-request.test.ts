import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readBanRequest, readSource } from '../../../src/ingress/dos/ban-request.ts'
import { readOverride } from '../../../src/ingress/dos/orders-override.ts'
import { addressKeyOf, networkKeyOf } from '../../../src/ingress/dos/source-keys.ts'
import { formatAddress, parseAddress } from '../../../src/net/address.ts'

describe('a wish to ban', () => {
  test.each([
    ['192.0.2.1', undefined, 'address', '192.0.2.1'],
    ['192.0.2.1/32', undefined, 'address', '192.0.2.1'],
    ['192.0.2.0/24', undefined, 'network', '192.0.2.0/24'],
    ['2001:db8:0:1:5::9', undefined, 'address', '2001:db8:0:1::/64'],
    ['2001:db8::5/128', undefined, 'address', '2001:db8::5/128'],
    ['2001:DB8::/48', undefined, 'network', '2001:db8::/48'],
    ['AS64500', undefined, 'asn', '64500'],
    ['as64500', 'asn', 'asn', '64500'],
    ['64500', 'asn', 'asn', '64500'],
    ['t13d1516h2_8daaf6152771_b186095e22b6', undefined, 'tls', 't13d1516h2_8daaf6152771_b186095e22b6'],
    ['0123456789abcdef', 'agent', 'agent', '0123456789abcdef'],
  ])('of %s at level %s is one at %s', (key, level, expected, canonical) => {
    expect(readSource(key, level)).toEqual({ ok: true, source: { level: expected, key: canonical } })
  })

  test.each([
    [undefined, 'Send a JSON object'],
    [[], 'Send a JSON object'],
    [{}, 'key is missing'],
    [{ key: 7 }, 'key is missing'],
    [{ key: '192.0.2.7/24' }, 'host bits'],
    [{ key: '192.0.2' }, 'shorthand'],
    [{ key: '0.0.0.0/0' }, 'wider than /8'],
    [{ key: '2000::/3' }, 'wider than /16'],
    [{ key: 'AS0' }, 'number, as AS64500'],
    [{ key: 'AS4294967296' }, 'number, as AS64500'],
    [{ key: 'x', level: 'tls' }, 'JA4'],
    [{ key: 'x', level: 'agent' }, '16 hex digits'],
    [{ key: '192.0.2.1', level: 'country' }, 'level is one of address, network, asn, tls, agent'],
    [{ key: '192.0.2.1', action: 'drop' }, 'action is one of block, challenge, log'],
    [{ key: '192.0.2.1', seconds: 9 }, 'from 10 to 31536000'],
    [{ key: '192.0.2.1', seconds: '60' }, 'whole number'],
    [{ key: '192.0.2.1', seconds: 1e9 }, 'from 10 to 31536000'],
    [{ key: '192.0.2.1', reason: 'a\nb' }, 'one line'],
    [{ key: '192.0.2.1', reason: '\u202e' }, 'one line'],
    [{ key: '192.0.2.1', reason: 'x'.repeat(201) }, 'at most 200'],
    [{ key: '192.0.2.1', minutes: 5 }, '"minutes" is not known here: there are key'],
  ])('is refused for %j', (value, message) => {
    const result = readBanRequest(value)
    expect(result.ok || result.message).toContain(message)
  })

  test('blocks for an hour unless it says otherwise', () => {
    expect(readBanRequest({ key: '192.0.2.1' })).toMatchObject({
      request: { action: 'block', seconds: 3600 },
    })
    const wish = { key: '192.0.2.1', action: 'log', seconds: 60, reason: 'looks odd' }
    expect(readBanRequest(wish)).toMatchObject({
      request: { action: 'log', seconds: 60, reason: 'looks odd' },
    })
  })

  test('never throws, whatever is sent', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, key) => {
        expect(typeof readBanRequest(value).ok).toBe('boolean')
        expect(typeof readBanRequest({ key }).ok).toBe('boolean')
        expect(typeof readOverride(value).ok).toBe('boolean')
      }),
    )
  })

  test('names addresses and networks as detection does', () => {
    const words = fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat())
    fc.assert(
      fc.property(fc.ipV4(), words, (ip, [a, b, c, d]) => {
        for (const address of [parseAddress(ip), { version: 6, words: [a, b, c, d] } as const]) {
          if (address === undefined) throw new Error('no address')
          expect(readSource(formatAddress(address), undefined)).toMatchObject({
            source: { key: addressKeyOf(address) },
          })
          if (address.version === 6 && a < 0x1_0000) continue
          if (address.version === 4 && address.value < 0x100_0000) continue
          expect(readSource(networkKeyOf(address), undefined)).toMatchObject({
            source: { level: 'network', key: networkKeyOf(address) },
          })
        }
      }),
    )
  })
})

describe('a word about attack mode', () => {
  test('is about everything, for ever, unless it says otherwise', () => {
    expect(readOverride({ state: 'on' })).toEqual({
      ok: true,
      value: { host: '', route: '', state: 'on', reason: 'Set by an operator.' },
    })
    expect(
      readOverride({ state: 'off', host: 'WWW.Example.com', route: 'site', seconds: 600 }),
    ).toMatchObject({
      value: { host: 'www.example.com', route: 'site', seconds: 600 },
    })
  })

  test.each([
    [{}, 'state is on or off'],
    [{ state: 'auto' }, 'DELETE leaves it to detection'],
    [{ state: 'on', host: 'a b' }, 'host is the name'],
    [{ state: 'on', host: 5 }, 'host is the name'],
    [{ state: 'on', route: 'No Route' }, 'route is the id'],
    [{ state: 'on', seconds: 5 }, 'from 10 to 2592000'],
    [{ state: 'on', why: 'x' }, '"why" is not known here'],
  ])('is refused for %j', (value, message) => {
    const result = readOverride(value)
    expect(result.ok || result.message).toContain(message)
  })
})
