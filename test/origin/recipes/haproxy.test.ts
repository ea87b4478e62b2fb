import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { haproxy, mapPath } from '../../../src/origin/recipes/haproxy.ts'
import {
  CLIENT_PATTERN,
  COVERED_INPUT,
  IDENTITY_PATTERN,
  NOMINATED_PATTERN,
  PLAIN_INPUT,
  REPEATED_PATTERN,
  REQUEST_ID_PATTERN,
  TARGET_PATTERN,
  TWIN_PATTERN,
  VERDICT_PATTERN,
} from '../../../src/origin/recipes/haproxy-patterns.ts'
import { FAMILIES, IDENTITY, restoreFields } from '../../../src/origin/restore.ts'
import {
  parseClient,
  parseRequestId,
  parseVerdict,
  serializeClient,
  serializeVerdict,
} from '../../../src/signature/fields.ts'
import { formatParameters } from '../../../src/signature/profile.ts'
import { clients, nonces, verdicts } from '../../signature/fixtures.ts'
import { expectGolden } from './golden.ts'
import { describeSample } from './sample-description.ts'

const text = (changes = {}): string => haproxy(describeSample(changes))[0]?.text ?? ''

test('the configuration is the one that was run', () => {
  expectGolden('haproxy', haproxy(describeSample()))
})

test('no line is longer than HAProxy reads, and no pattern ends its quotes', () => {
  const many = Array.from({ length: 16 }, (_, i) => `origin-${i}.example`)
  const facts = ['country', 'asn', 'colo', 'tls', 'protocol', 'policy', 'route', 'log'] as const
  for (const line of text({ authorities: many, facts }).split('\n')) {
    expect(line.length, line).toBeLessThan(2048)
    expect(line.split(' ').length, line).toBeLessThanOrEqual(64)
  }
  for (const pattern of [CLIENT_PATTERN, VERDICT_PATTERN, IDENTITY_PATTERN, TWIN_PATTERN])
    expect(pattern).not.toContain("'")
})

test('the last rules refuse, so that whatever was forgotten before them is refused', () => {
  const rules = text()
    .split('\n')
    .filter((line) => line.startsWith('  http-request '))
  expect(rules.at(-1)).toMatch(/^ {2}http-request return status 403 .* hdr cache-control no-store$/)
  expect(rules.filter((line) => line.includes('http-request allow'))).toEqual([
    '  http-request allow if sp_admitted',
  ])
})

test('without probes nothing but a signature admits', () => {
  const setters = text({ unsigned: [] })
    .split('\n')
    .filter((line) => line.includes('set-var(req.sp_signed)'))
  expect(setters).toEqual(['  http-request set-var(req.sp_signed) bool(true) if sp_unused'])
})

test('the map is beside the key set', () => {
  expect(mapPath('/etc/sallyport/origin.jwks.json')).toBe('/etc/sallyport/origin.map')
  expect(mapPath('keys.json')).toBe('keys.map')
  expect(mapPath('/run/keys')).toBe('/run/keys.map')
})

test('the memory is as large and as long as the description asks', () => {
  expect(text({ rate: 300, skew: 2, maxTtl: 30 })).toContain('size 10500 expire 35s nopurge')
})

describe('the patterns say what the verifier of this package says', () => {
  /** A value with one character changed, doubled or taken away, or none. */
  const bent = (values: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc
      .tuple(
        values,
        fc.nat(),
        fc.constantFrom('', '"', ',', ' ', '=', '\\', '\t', 'é', '0', 'A'),
        fc.nat({ max: 2 }),
      )
      .map(([value, at, character, kind]) => {
        const place = at % (value.length + 1)
        if (kind === 0) return value
        return value.slice(0, place) + character + value.slice(place + kind - 1)
      })

  test.each([
    ['Sallyport-Client', CLIENT_PATTERN, clients.map((one) => serializeClient(one) ?? ''), parseClient],
    ['Sallyport-Request-Id', REQUEST_ID_PATTERN, fc.uuid().map((id) => `"${id}"`), parseRequestId],
  ] as const)('of %s', (_name, pattern, values, parse) => {
    const form = new RegExp(pattern)
    fc.assert(
      fc.property(bent(values), (value) => form.test(value) === (parse(value) !== undefined)),
      { numRuns: 2000 },
    )
  })

  test('of Sallyport-Verdict, but for escapes that mean nothing', () => {
    const form = new RegExp(VERDICT_PATTERN)
    fc.assert(
      fc.property(bent(verdicts.map((one) => serializeVerdict(one) ?? '')), (value) => {
        if (parseVerdict(value)) expect(form.test(value)).toBe(true)
        else if (!value.includes('%') && value.length <= 4096) expect(form.test(value)).toBe(false)
      }),
      { numRuns: 2000 },
    )
  })

  test('of Signature-Input, whose parts are where the rules look', () => {
    fc.assert(
      fc.property(nonces, fc.boolean(), (nonce, covered) => {
        const variant = covered && 'content-digest'
        const value = `sallyport=${formatParameters(1_795_000_000, 1_795_000_030, nonce, 'k-1.a_B', variant)}`
        const [form, other] = covered ? [COVERED_INPUT, PLAIN_INPUT] : [PLAIN_INPUT, COVERED_INPUT]
        expect(value).toMatch(new RegExp(form.pattern))
        expect(value).not.toMatch(new RegExp(other.pattern))
        const times = value.slice(form.offset)
        expect(times.slice(8, 18)).toBe('1795000000')
        expect(times.slice(27, 37)).toBe('1795000030')
        expect(times.slice(45, 67)).toBe(nonce)
        expect(times.slice(76).split('"')[0]).toBe('k-1.a_B')
      }),
    )
  })

  test('of fields that claim an identity', () => {
    const claims = new RegExp(IDENTITY_PATTERN)
    const ends = ['', 'x', '-x', '-ip', '_for']
    for (const name of [...IDENTITY, ...FAMILIES, 'host', 'accept', 'x', 'x-forward', 'content-type'])
      for (const spelled of [name, name.replaceAll('-', '_'), name.replaceAll('-', '.'), `x${name}`])
        for (const end of ends) {
          const field = spelled + end
          const kept = restoreFields([field, 'a'], { ok: true, signed: false }).length > 0
          expect(claims.test(field), field).toBe(!kept)
        }
  })
})

test('names that come twice and other spellings are found wherever they stand', () => {
  const repeated = new RegExp(REPEATED_PATTERN)
  const twin = new RegExp(TWIN_PATTERN)
  const good =
    'host,user-agent,signature,signature-input,sallyport-client,sallyport-verdict,sallyport-request-id'
  expect(repeated.test(good)).toBe(false)
  expect(twin.test(good)).toBe(false)
  expect(repeated.test(`${good},x-signature,signature-inputs`)).toBe(false)
  for (const name of [
    'signature',
    'signature-input',
    'sallyport-client',
    'sallyport-verdict',
    'sallyport-request-id',
  ]) {
    expect(repeated.test(`${good},${name}`)).toBe(true)
    expect(repeated.test(`${name},${name}`)).toBe(true)
  }
  for (const name of [
    'sallyport_client',
    'sallyport.x',
    'sallyport-request_id',
    'signature_input',
    'signature!',
    'content_digest',
  ])
    for (const names of [name, `${name},${good}`, `${good},${name},host`])
      expect(twin.test(names), names).toBe(true)
  for (const name of ['x_sallyport', 'content_digests', 'content-digest', 'sallyport', 'sallyport-new'])
    expect(twin.test(`${good},${name}`), name).toBe(false)
})

test('a target is in origin form, and Connection may name only what is about the connection', () => {
  const target = new RegExp(TARGET_PATTERN)
  for (const good of ['/', '/a?b"c', '//a', '/%00']) expect(target.test(good)).toBe(true)
  for (const bad of ['', '*', 'a', 'http://a/', '/a#b', '/a b', '/\u00e9'])
    expect(target.test(bad)).toBe(false)
  const nominated = new RegExp(NOMINATED_PATTERN, 'i')
  for (const good of ['', 'close', 'Keep-Alive', 'upgrade', 'TE']) expect(nominated.test(good)).toBe(false)
  for (const bad of ['closed', 'x-real-ip', 'sallyport-client', 'host'])
    expect(nominated.test(bad)).toBe(true)
})
