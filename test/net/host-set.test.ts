import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createHostSet, parseHostPattern } from '../../src/net/host-set.ts'

describe('host set', () => {
  test('matches exact names and nothing else', () => {
    const set = createHostSet(['app.example.com', 'localhost', '127.0.0.1', '[::1]'])
    for (const host of ['app.example.com', 'localhost', '127.0.0.1', '[::1]'])
      expect(set.has(host)).toBe(true)
    for (const host of ['', 'example.com', 'x.app.example.com', 'xapp.example.com', 'app.example.com.']) {
      expect(set.has(host)).toBe(false)
    }
  })

  test('matches one or more labels below a wildcard, never the apex', () => {
    const set = createHostSet(['*.example.com', '*.deep.sub.example.org'])
    for (const host of ['a.example.com', 'a.b.c.example.com', 'x.deep.sub.example.org'])
      expect(set.has(host)).toBe(true)
    for (const host of [
      'example.com',
      '.example.com',
      'aexample.com',
      'a.example.com.evil',
      'deep.sub.example.org',
      'com',
    ]) {
      expect(set.has(host)).toBe(false)
    }
  })

  test('matches everything with *', () => {
    expect(createHostSet(['*']).has('anything')).toBe(true)
    expect(createHostSet(['*']).has('')).toBe(true)
    expect(createHostSet([]).has('anything')).toBe(false)
  })

  test('agrees with comparing every pattern', () => {
    const label = fc.constantFrom('a', 'b', 'c')
    const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'))
    const pattern = fc.oneof(
      name,
      name.map((n) => `*.${n}`),
    )
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 5 }), name, (patterns, host) => {
        const expected = patterns.some((p) =>
          p.startsWith('*.') ? host.endsWith(p.slice(1)) && host.length > p.length - 1 : p === host,
        )
        expect(createHostSet(patterns).has(host)).toBe(expected)
      }),
      { numRuns: 3000 },
    )
  })

  test('takes hundreds of thousands of names and patterns', () => {
    const names = Array.from({ length: 200_000 }, (_, i) => `host-${i}.zone-${i % 977}.example`)
    const set = createHostSet([...names, ...names.map((name) => `*.${name}`)])
    for (const name of ['host-0.zone-0.example', 'host-199999.zone-691.example']) {
      expect(set.has(name)).toBe(true)
      expect(set.has(`a.b.${name}`)).toBe(true)
      expect(set.has(`a${name}`)).toBe(false)
    }
    expect(set.has('zone-0.example')).toBe(false)
    expect(set.has('a.zone-0.example')).toBe(false)
  })

  test('answers for a host of nothing but dots', () => {
    expect(createHostSet(['*.example.com']).has('.'.repeat(100_000))).toBe(false)
  })
})

describe('parseHostPattern', () => {
  test.each([
    ['App.Example.COM', 'app.example.com'],
    ['*.Example.com', '*.example.com'],
    ['*', '*'],
    ['localhost', 'localhost'],
    ['127.0.0.1', '127.0.0.1'],
    ['[::1]', '[::1]'],
    ['[2001:DB8:0:0::1]', '[2001:db8::1]'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['a_b.example', 'a_b.example'],
  ])('reads %s as %s', (text, pattern) => {
    expect(parseHostPattern(text)).toEqual({ ok: true, pattern })
  })

  test.each([
    ['', 'empty', 'app.example.com'],
    ['https://example.com', 'bare host name', 'scheme'],
    ['example.com/path', 'bare host name', 'path'],
    ['user@example.com', 'bare host name', 'user'],
    ['exa mple.com', 'bare host name', 'spaces'],
    ['example.com:8080', 'port', 'without it'],
    ['[::1]:80', 'brackets', 'without a port'],
    ['::1', 'without brackets', 'Write [::1].'],
    ['example.com.', 'ends with a dot', 'Write example.com.'],
    ['.example.com', 'empty label', 'dots'],
    ['a..example.com', 'empty label', 'dots'],
    ['a.*.example.com', '* in the wrong place', '*.example.com'],
    ['*a.example.com', '* in the wrong place', '*.example.com'],
    ['**.example.com', '* in the wrong place', '*.example.com'],
    ['*.', 'ends with a dot', 'Write'],
    ['bücher.example', 'outside ASCII', 'xn--bcher-kva.example'],
    ['*.bücher.example', 'outside ASCII', '*.xn--bcher-kva.example'],
    ['-a.example', 'starts or ends with -', 'host name'],
    ['a!.example', 'character', 'host name'],
    [`${'a'.repeat(64)}.example`, 'longer than 63', 'host name'],
    [`${'a.'.repeat(130)}example`, 'longer than 253', 'host name'],
    ['*.0.0.1', 'IPv4', 'without *'],
    ['127.1', 'IPv4', 'all four'],
    ['0x7f000001', 'IPv4', 'all four'],
    ['127.0.0.01', 'IPv4', 'all four'],
    ['[::ffff:127.0.0.1]', 'IPv6', '[2001:db8::1]'],
  ])('refuses %j: %s', (text, message, fix) => {
    const result = parseHostPattern(text)
    expect(result).toMatchObject({ ok: false })
    if (result.ok) return
    expect(result.message).toContain(message)
    expect(result.fix).toContain(fix)
  })

  test('gives only what URL would give as a host name', () => {
    const piece = fc.constantFrom(
      'a',
      'B',
      '1',
      '-',
      '_',
      '.',
      'xn--',
      '0x',
      '9',
      '*',
      '[',
      ']',
      ':',
      'é',
      '%41',
      ' ',
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
        (text) => {
          const result = parseHostPattern(text)
          if (!result.ok || result.pattern.startsWith('*')) return
          // Malformed xn-- labels are let through: what matters here is that a pattern can be a host at all.
          if (!URL.canParse(`http://${result.pattern}/`)) expect(result.pattern).toContain('xn--')
          else expect(new URL(`http://${result.pattern}/`).hostname).toBe(result.pattern)
        },
      ),
      { numRuns: 5000 },
    )
  })
})
