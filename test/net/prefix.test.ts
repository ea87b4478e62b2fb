import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatPrefix, parsePrefix } from '../../src/net/prefix.ts'

function canonical(text: string): string | undefined {
  const result = parsePrefix(text)
  return result.ok ? formatPrefix(result.prefix) : undefined
}

describe('parsePrefix', () => {
  test.each([
    ['192.0.2.0/24', '192.0.2.0/24'],
    ['192.0.2.7', '192.0.2.7/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['2001:DB8::/32', '2001:db8::/32'],
    ['::1', '::1/128'],
    ['::/0', '::/0'],
    ['2001:db8:0:0:8000::/65', '2001:db8:0:0:8000::/65'],
    ['::ffff:192.0.2.0/120', '192.0.2.0/24'],
    ['::ffff:0:0/96', '0.0.0.0/0'],
    ['::ffff:192.0.2.1', '192.0.2.1/32'],
  ])('reads %s as %s', (text, expected) => {
    expect(canonical(text)).toBe(expected)
  })

  test.each([
    ['192.0.2.7/24', 'host bits', 'Write 192.0.2.0/24 for the network or 192.0.2.7 for the one address.'],
    [
      '2001:db8::1/32',
      'host bits',
      'Write 2001:db8::/32 for the network or 2001:db8::1 for the one address.',
    ],
    ['1.0.0.0/0', 'host bits', '0.0.0.0/0'],
    ['::ffff:192.0.2.7/120', 'host bits', '192.0.2.0/24'],
    ['10.0/8', 'shorthand', 'as 10.0.0.0.'],
    ['10/8', 'shorthand', 'as 10.0.0.0.'],
    ['010.0.0.0/8', 'leading zeros', 'Write 10.0.0.0'],
    ['10.0.0.0/08', 'bad prefix length', 'from 0 to 32'],
    ['10.0.0.0/33', 'bad prefix length', 'from 0 to 32'],
    ['10.0.0.0/', 'bad prefix length', 'from 0 to 32'],
    ['10.0.0.0/8/8', 'bad prefix length', 'from 0 to 32'],
    ['10.0.0.0/-1', 'bad prefix length', 'from 0 to 32'],
    ['10.0.0.0/255.0.0.0', 'netmask', 'Write 10.0.0.0/8.'],
    ['10.0.0.0/255.255.255.255', 'netmask', 'Write 10.0.0.0/32.'],
    ['10.0.0.0/0.0.0.0', 'netmask', 'Write 10.0.0.0/0.'],
    ['10.0.0.0/255.0.255.0', 'bad prefix length', 'from 0 to 32'],
    ['10.0.0.0/0.0.0.255', 'bad prefix length', 'from 0 to 32'],
    ['::/255.0.0.0', 'bad prefix length', 'from 0 to 128'],
    ['10.0.0.1-10.0.0.9', 'range', 'networks that make up the range'],
    ['0x0a.0.0.1', 'not an IP address', '192.0.2.0/24'],
    ['10.0.0.0.0/8', 'not an IP address', '192.0.2.0/24'],
    ['256.0.0.0/8', 'not an IP address', '192.0.2.0/24'],
    ['10.0.0.1:80', 'not an IP address', '192.0.2.0/24'],
    ['::/129', 'bad prefix length', 'from 0 to 128'],
    ['::ffff:0:0/80', 'wider than the IPv4-mapped', 'IPv4 network itself'],
    ['fe80::1%eth0', 'zone id', '%'],
    ['[::1]', 'brackets', 'brackets'],
    ['example.com', 'not an IP address', '192.0.2.0/24'],
    ['', 'not an IP address', '192.0.2.0/24'],
    ['10.0.0.0 /8', 'not an IP address', '192.0.2.0/24'],
  ])('refuses %j: %s', (text, message, fix) => {
    const result = parsePrefix(text)
    expect(result).toMatchObject({ ok: false })
    if (result.ok) return
    expect(result.message).toContain(message)
    expect(result.fix).toContain(fix)
  })

  test('keeps messages short and free of control characters', () => {
    const result = parsePrefix(`\u001b[31m${'x'.repeat(10_000)}`)
    expect(result.ok).toBe(false)
    if (result.ok) return
    expect(result.message.length).toBeLessThan(150)
    expect(result.message).not.toContain('\u001b')
  })

  test('reads every IPv4 network and refuses it once a host bit is set', () => {
    const network = fc.tuple(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0, max: 32 }))
    fc.assert(
      fc.property(network, fc.nat(), ([value, length], random) => {
        const size = 2 ** (32 - length)
        const start = Math.floor(value / size) * size
        const dotted = (n: number): string =>
          [24, 16, 8, 0].map((shift) => Math.floor(n / 2 ** shift) % 256).join('.')
        expect(canonical(`${dotted(start)}/${length}`)).toBe(`${dotted(start)}/${length}`)
        const inside = start + (random % size)
        expect(parsePrefix(`${dotted(inside)}/${length}`).ok).toBe(inside === start)
      }),
    )
  })

  test('never throws and always explains', () => {
    const piece = fc.constantFrom('1', '0', '255', '.', ':', '/', '::', 'ffff', '%', '[', 'x', '24')
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
        (text) => {
          const result = parsePrefix(text)
          if (!result.ok) expect(result.message.length * result.fix.length).toBeGreaterThan(0)
          else expect(canonical(formatPrefix(result.prefix))).toBe(formatPrefix(result.prefix))
        },
      ),
      { numRuns: 3000 },
    )
  })
})
