import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { readHost } from '../../src/http/host.ts'
import { formatAuthority } from '../../src/signature/base.ts'
import { serializeClient } from '../../src/signature/fields.ts'

const UNREADABLE = { name: '', authority: '', trailingDot: false }

describe('a host', () => {
  it.each([
    ['app.example', 'app.example', 'app.example', false],
    ['APP.Example', 'app.example', 'app.example', false],
    ['app.example.', 'app.example', 'app.example', true],
    ['app.example.:8080', 'app.example', 'app.example:8080', true],
    ['app.example:443', 'app.example', 'app.example', false],
    ['app.example:80', 'app.example', 'app.example:80', false],
    ['app.example:00443', 'app.example', 'app.example', false],
    ['app.example:65535', 'app.example', 'app.example:65535', false],
    ['my_app-1.example', 'my_app-1.example', 'my_app-1.example', false],
    ['_dmarc.example-', '_dmarc.example-', '_dmarc.example-', false],
    ['192.0.2.1:81', '192.0.2.1', '192.0.2.1:81', false],
    ['[2001:DB8:0:0::1]:81', '[2001:db8::1]', '[2001:db8::1]:81', false],
    ['[0:0:0:0:0:0:0:1]', '[::1]', '[::1]', false],
  ])('%s is read as %s', (text, name, authority, trailingDot) => {
    expect(readHost(text, 'https')).toEqual({ name, authority, trailingDot })
  })

  it('keeps only a port that is not the default of its scheme', () => {
    expect(readHost('h:80', 'http').authority).toBe('h')
    expect(readHost('h:443', 'http').authority).toBe('h:443')
    expect(readHost('h:443', 'https').authority).toBe('h')
  })

  it.each([
    ...[
      '',
      '.',
      '..',
      'a..b',
      '.a',
      'a.example..',
      '-a.example',
      'a.-b',
      'a b',
      'a/b',
      'a@b',
      'user@a.example',
    ],
    ...['a,b', 'a.example, a.example', 'a\n', 'é.example', 'a%41', '*', '*.example', 'a:', 'a:0', 'a:65536'],
    ...[
      'a:80:80',
      'a:+80',
      'a:8o',
      'a:123456',
      '::1',
      '[::1',
      '[]',
      '[:::]',
      '[1.2.3.4]',
      '[::ffff:1.2.3.4]',
    ],
    ...['[::1%25eth0]', '[::1].', '[v1.a]'],
  ])('%j is not one', (text) => {
    expect(readHost(text, 'https')).toEqual(UNREADABLE)
  })

  it('is at most 253 characters long, with or without dot and port', () => {
    const longest = `${'a'.repeat(63)}.`.repeat(3) + 'b'.repeat(61)
    expect(readHost(`${longest}.:65535`, 'https').name).toBe(longest)
    expect(readHost(`${longest}b`, 'https')).toEqual(UNREADABLE)
    expect(readHost('a'.repeat(100_000), 'https')).toEqual(UNREADABLE)
  })
})

const text = fc
  .array(fc.constantFrom('a', 'B', '1', '-', '_', '.', ':', '[', ']', '::', '80', '443', 'é', '%', ' '), {
    maxLength: 12,
  })
  .map((parts) => parts.join(''))
const scheme = fc.constantFrom('http' as const, 'https' as const)

test('whatever is read as a host can stand in the signed field, and is read again as itself', () => {
  fc.assert(
    fc.property(fc.oneof(text, fc.domain(), fc.string()), scheme, (raw, by) => {
      const { name, authority } = readHost(raw, by)
      if (name === '') return
      expect(serializeClient({ ip: '192.0.2.1', host: authority, scheme: by })).toContain(
        `host="${authority}"`,
      )
      expect(readHost(authority, by)).toEqual({ name, authority, trailingDot: false })
      expect(formatAuthority(authority, by)).toBe(authority)
    }),
    { numRuns: 5000 },
  )
})

test('IPv6 literals and names are read as a WHATWG URL parser reads them', () => {
  const host = fc.oneof(
    fc.ipV6().map((address) => `[${address}]`),
    fc.domain(),
  )
  fc.assert(
    fc.property(host, fc.option(fc.integer({ min: 1, max: 65_535 })), scheme, (name, port, by) => {
      const raw = port === null ? name : `${name}:${port}`
      const url = new URL(`${by}://${raw}`)
      const read = readHost(raw, by)
      if (url.hostname.startsWith('[::ffff:')) expect(read).toEqual(UNREADABLE)
      else expect([read.name, read.authority]).toEqual([url.hostname, url.host])
    }),
    { numRuns: 2000 },
  )
})
