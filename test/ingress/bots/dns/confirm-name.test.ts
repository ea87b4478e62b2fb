import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { confirmName } from '../../../../src/ingress/bots/dns/confirm-name.ts'
import { canonicalName, isBelow, reverseName } from '../../../../src/ingress/bots/dns/dns-name.ts'
import { type Address, parseAddress } from '../../../../src/net/address.ts'
import { createFakeDns, type Zone } from './fake-dns.ts'

const GOOGLE = ['.googlebot.com', '.google.com']
const CRAWLER = '66.249.66.1'
const REVERSE = '1.66.249.66.in-addr.arpa'

function addressOf(text: string): Address {
  const address = parseAddress(text)
  if (!address) throw new Error(text)
  return address
}

const confirm = (zone: Zone, ip = CRAWLER, suffixes: readonly string[] = GOOGLE): Promise<string> =>
  confirmName(addressOf(ip), suffixes, createFakeDns(zone).ask)

describe('forward-confirmed reverse DNS', () => {
  test('confirms an address whose name leads back to it', async () => {
    const zone = [
      `${REVERSE} PTR crawl-66-249-66-1.googlebot.com.`,
      `crawl-66-249-66-1.googlebot.com A ${CRAWLER}`,
    ]
    expect(await confirm(zone)).toBe('confirmed')
  })

  test('confirms whatever the case of the name', async () => {
    const zone = [`${REVERSE} PTR Crawl-1.GoogleBot.COM.`, `crawl-1.googlebot.com A ${CRAWLER}`]
    expect(await confirm(zone)).toBe('confirmed')
  })

  test('confirms an IPv6 address however it is written', async () => {
    const ip = '2001:4860:4801:10:0:0:0:1'
    const reverse = '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.1.0.8.4.0.6.8.4.1.0.0.2.ip6.arpa'
    const zone = [`${reverse} PTR a.googlebot.com.`, 'a.googlebot.com AAAA 2001:4860:4801:0010::0001']
    expect(await confirm(zone, ip)).toBe('confirmed')
  })

  test('asks for an IPv4-mapped address as for the IPv4 address', async () => {
    const zone = [`${REVERSE} PTR a.googlebot.com.`, `a.googlebot.com A ${CRAWLER}`]
    expect(await confirm(zone, `::ffff:${CRAWLER}`)).toBe('confirmed')
  })

  // The way past a verifier that resolves any of the names (seen in Anubis 1.27's VerifyFCrDNS).
  test('is not passed with two PTR records, one that matches and one that leads back', async () => {
    const zone = [
      '7.0.9.5.in-addr.arpa PTR spider-1.yandex.com.',
      '7.0.9.5.in-addr.arpa PTR mail.attacker.example.',
      'mail.attacker.example A 5.9.0.7',
      'spider-1.yandex.com A 5.255.253.1',
    ]
    expect(await confirm(zone, '5.9.0.7', ['.yandex.com'])).toBe('refuted')
    const dns = createFakeDns(zone)
    await confirmName(addressOf('5.9.0.7'), ['.yandex.com'], dns.ask)
    expect(dns.asked).toEqual(['PTR 7.0.9.5.in-addr.arpa', 'A spider-1.yandex.com'])
  })

  test('refutes an address without a name', async () => {
    expect(await confirm([])).toBe('refuted')
    expect(await confirm([`${REVERSE} A 5.9.0.1`])).toBe('refuted')
  })

  test('refutes a name that does not lead back', async () => {
    expect(await confirm([`${REVERSE} PTR a.googlebot.com.`])).toBe('refuted')
    expect(await confirm([`${REVERSE} PTR a.googlebot.com.`, 'a.googlebot.com A 66.249.66.2'])).toBe(
      'refuted',
    )
    // The address as part of a text is not the address.
    expect(await confirm([`${REVERSE} PTR a.googlebot.com.`, `a.googlebot.com A ${CRAWLER}0`])).toBe(
      'refuted',
    )
  })

  test.each([
    'googlebot.com.attacker.example.',
    'evilgooglebot.com.',
    'googlebot.com.',
    'googlebot.com',
    'a.googlebot.com.evil.',
    'a.googlebot.co.',
    '.googlebot.com.',
    'a..googlebot.com.',
    'a googlebot.com.',
    'a/.googlebot.com.',
    'http://a.googlebot.com.',
    'a.googlebot.com..',
    `${'a'.repeat(64)}.googlebot.com.`,
    `${'a.'.repeat(130)}googlebot.com.`,
    '',
  ])('does not even resolve %j', async (name) => {
    const dns = createFakeDns([`${REVERSE} PTR ${name}`])
    expect(await confirmName(addressOf(CRAWLER), GOOGLE, dns.ask)).toBe('refuted')
    expect(dns.asked).toHaveLength(1)
  })

  test('resolves three names of an address at most', async () => {
    const names = Array.from({ length: 50 }, (_, i) => `n${i}.googlebot.com`)
    const zone = [
      ...names.map((name) => `${REVERSE} PTR ${name}.`),
      ...names.map((name) => `${name} A 5.9.0.1`),
    ]
    const dns = createFakeDns(zone)
    expect(await confirmName(addressOf(CRAWLER), GOOGLE, dns.ask)).toBe('refuted')
    expect(dns.asked).toHaveLength(4)
  })

  test('finds the right name behind others that are none of the operator', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `${REVERSE} PTR n${i}.hoster.example.`)
    const zone = [...names, `${REVERSE} PTR a.googlebot.com.`, `a.googlebot.com A ${CRAWLER}`]
    expect(await confirm(zone)).toBe('confirmed')
  })

  test('follows aliases on both ways, as of classless delegation (RFC 2317)', async () => {
    const zone = [
      `${REVERSE} CNAME 1.0/25.66.249.66.in-addr.arpa.`,
      '1.0/25.66.249.66.in-addr.arpa PTR a.googlebot.com.',
      'a.googlebot.com CNAME b.google.example.',
      `b.google.example A ${CRAWLER}`,
    ]
    expect(await confirm(zone)).toBe('confirmed')
  })

  test('takes no record of a name that was not asked for', async () => {
    // An answer with a record of another name in it: the alias leads elsewhere.
    const ask = async (name: string, type: 'PTR' | 'A' | 'AAAA') =>
      type === 'PTR'
        ? ({ kind: 'found', data: ['a.googlebot.com.'] } as const)
        : createFakeDns([`b.attacker.example A ${CRAWLER}`]).ask(name, type)
    expect(await confirmName(addressOf(CRAWLER), GOOGLE, ask)).toBe('refuted')
  })

  test('does not know when the resolver fails, on either way', async () => {
    const fails = { kind: 'failed', why: 'server-failure' } as const
    expect(await confirmName(addressOf(CRAWLER), GOOGLE, async () => fails)).toBe('unknown')
    const forward = async (_: string, type: string) =>
      type === 'PTR' ? ({ kind: 'found', data: ['a.googlebot.com'] } as const) : fails
    expect(await confirmName(addressOf(CRAWLER), GOOGLE, forward)).toBe('unknown')
    const rejects = (): Promise<never> => Promise.reject(new Error('down'))
    expect(await confirmName(addressOf(CRAWLER), GOOGLE, rejects)).toBe('unknown')
  })

  test('confirms by one name although another could not be resolved', async () => {
    const ask = async (name: string, type: string) => {
      if (type === 'PTR') return { kind: 'found', data: ['a.googlebot.com', 'b.googlebot.com'] } as const
      if (name === 'a.googlebot.com') return { kind: 'failed', why: 'server-failure' } as const
      return { kind: 'found', data: [CRAWLER] } as const
    }
    expect(await confirmName(addressOf(CRAWLER), GOOGLE, ask)).toBe('confirmed')
  })
})

describe('names', () => {
  test('of addresses have all digits, the last first', () => {
    expect(reverseName(addressOf('192.0.2.1'))).toBe('1.2.0.192.in-addr.arpa')
    expect(reverseName(addressOf('2001:db8::567:89ab'))).toBe(
      'b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa',
    )
  })

  test('lie below a suffix at the border of a label only', () => {
    const label = fc.stringMatching(/^[a-z0-9]{1,10}$/)
    fc.assert(
      fc.property(label, label, (host, glued) => {
        expect(isBelow(`${host}.googlebot.com`, GOOGLE)).toBe(true)
        expect(isBelow(`${host}${glued}googlebot.com`, GOOGLE)).toBe(false)
        expect(isBelow(`${host}.googlebot.com.${glued}`, GOOGLE)).toBe(false)
      }),
    )
  })

  test('are never below a suffix without its dot, which would match half of a label', () => {
    expect(isBelow('evilgooglebot.com', ['googlebot.com'])).toBe(false)
    expect(isBelow('a.googlebot.com', ['', '.'])).toBe(false)
  })

  test('are one text or none, whatever is in them', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.domain(), fc.stringMatching(/^[A-Za-z0-9._-]{0,300}$/)),
        (text) => {
          const name = canonicalName(text)
          if (name === undefined) return
          expect(name).toMatch(/^[a-z0-9_.-]{1,253}$/)
          expect(canonicalName(`${name}.`)).toBe(name)
        },
      ),
    )
  })
})
