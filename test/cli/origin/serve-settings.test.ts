import { describe, expect, test } from 'vitest'
import { readSettings, type ServeFlags, type ServeSettings } from '../../../src/cli/origin/serve-settings.ts'

const LEAST: ServeFlags = {
  lb: 'caddy',
  authority: ['origin.example'],
  keys: 'origin.jwks.json',
  listen: '127.0.0.1:9190',
  socketMode: '0660',
  admin: '127.0.0.1:9191',
  pathPrefix: '/verify',
  skew: '5',
  maxTtl: '60',
  rate: '1000',
  log: 'refused',
  logRate: '50',
}

function accept(flags: Partial<ServeFlags>): ServeSettings {
  const result = readSettings({ ...LEAST, ...flags })
  if (!result.ok) throw new Error(result.problems.join('\n'))
  return result.settings
}

function complain(flags: Partial<ServeFlags> | Omit<ServeFlags, 'authority'>): readonly string[] {
  const result = readSettings({ ...LEAST, ...flags })
  return result.ok ? [] : result.problems
}

describe('the options of serve', () => {
  test('the least is enough', () => {
    expect(accept({})).toEqual({
      mode: 'caddy',
      protocol: 'http',
      pathPrefix: '/verify',
      listen: { kind: 'tcp', host: '127.0.0.1', port: 9190 },
      socketMode: 0o660,
      admin: { kind: 'tcp', host: '127.0.0.1', port: 9191 },
      keys: { file: 'origin.jwks.json' },
      authority: ['origin.example'],
      scheme: undefined,
      skew: 5,
      maxTtl: 60,
      capacity: 131_072,
      unsigned: [],
      facts: [],
      redis: undefined,
      log: 'refused',
      logRate: 50,
    })
  })

  test('each says what it means', () => {
    const settings = accept({
      lb: 'envoy',
      protocol: 'http',
      pathPrefix: '/a/b',
      listen: 'unix:/run/s/auth.sock',
      socketMode: '666',
      admin: 'off',
      scheme: 'https',
      authority: ['Origin.Example:8443', '[::1]:80', '_x.example'],
      skew: '0',
      maxTtl: '1',
      unsigned: ['/healthz', '/a/b-c'],
      fact: ['country', 'log'],
      redis: 'rediss://user:secret@redis.example:6379/1',
      log: 'all',
      logRate: '9',
    })
    expect(settings).toMatchObject({
      protocol: 'http',
      pathPrefix: '/a/b',
      listen: { kind: 'unix', path: '/run/s/auth.sock' },
      socketMode: 0o666,
      admin: undefined,
      scheme: 'https',
      skew: 0,
      maxTtl: 1,
      unsigned: ['/healthz', '/a/b-c'],
      facts: ['country', 'log'],
      log: 'all',
      logRate: 9,
    })
  })

  test('a mode’s own protocol is taken', () => {
    expect(accept({ lb: 'envoy' }).protocol).toBe('grpc')
    expect(accept({ lb: 'traefik' }).protocol).toBe('http')
  })

  // They do not tell of an upgrade: taken for a probe, a WebSocket would get in unsigned.
  test.each(['nginx-auth-request', 'apache', 'caddy'] as const)(
    '%s lets probes through by itself: what it asks about has to be signed',
    (lb) => {
      expect(accept({ lb, unsigned: ['/healthz'] }).unsigned).toEqual([])
      expect(complain({ lb, unsigned: ['/a?b'] })).toHaveLength(1)
    },
  )

  test('the memory of nonces holds what the rate makes in a signature’s life', () => {
    expect(accept({ rate: '10000' }).capacity).toBe(700_000)
    expect(accept({ rate: '200000', skew: '30' }).capacity).toBe(16_777_216)
  })

  test.each([
    [{ lb: 'caddy', protocol: 'grpc' }, '--protocol "grpc": caddy asks over http'],
    [{ listen: '9190' }, '--listen "9190": give an address'],
    [{ admin: 'on' }, '--admin "on": give an address'],
    [{ socketMode: '999' }, '--socket-mode "999": give permissions such as 0660'],
    [{ authority: [] }, '--authority is missing'],
    [{ authority: ['https://a'] }, '--authority "https://a": give a host such as'],
    [{ authority: ['a, b'] }, '--authority "a, b": give a host such as'],
    [{ keysUrl: 'https://a/b' }, '--keys and --keys-url exclude each other'],
    [{ skew: '31' }, '--skew "31": give a whole number from 0 to 30'],
    [{ skew: '-1' }, '--skew "-1": give a whole number'],
    [{ maxTtl: '61' }, '--max-ttl "61": give a whole number from 1 to 60'],
    [{ maxTtl: '1e1' }, '--max-ttl "1e1": give a whole number'],
    [{ rate: '0' }, '--rate "0": give a whole number'],
    [{ unsigned: ['/a?b'] }, '--unsigned "/a?b": give a plain path'],
    [{ unsigned: ['a'] }, '--unsigned "a": give a plain path'],
    [{ unsigned: Array.from({ length: 17 }, (_, i) => `/${i}`) }, '--unsigned comes more than 16 times'],
    [{ fact: ['city'] }, '--fact "city": give one of country, asn'],
    [{ pathPrefix: '/verify/' }, '--path-prefix "/verify/": give a path without a slash at its end'],
    [{ pathPrefix: '' }, '--path-prefix "": give a path'],
    [{ logRate: '0' }, '--log-rate "0": give a whole number from 1'],
  ] as const)('%j is refused with what to do', (flags, problem) => {
    const problems = complain(flags)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(problem)
  })

  test('keys must come from somewhere', () => {
    const { keys: _, ...rest } = LEAST
    const result = readSettings(rest)
    expect(result).toMatchObject({ ok: false, problems: [expect.stringContaining('--keys is missing')] })
    expect(readSettings({ ...rest, keysUrl: 'https://a/b' })).toMatchObject({
      settings: { keys: { url: 'https://a/b' } },
    })
    expect(readSettings({ ...rest, keysUrl: 'https://u:secret@a/b' })).toMatchObject({ ok: false })
  })

  test('all that is wrong is said at once, and no password', () => {
    const problems = complain({ skew: 'x', maxTtl: 'y', redis: 'http://user:secret@a', fact: ['z'] })
    expect(problems).toHaveLength(4)
    expect(problems.join()).not.toContain('secret')
  })
})
