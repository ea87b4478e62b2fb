import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openBundle } from '../../src/bundle/bundle.ts'
import { BundleError } from '../../src/bundle/bundle-error.ts'
import { encodeContainer } from '../../src/bundle/container.ts'
import { encodeBundle } from '../../src/bundle/encode-bundle.ts'
import { DENY, type PolicyModel } from '../../src/bundle/model.ts'
import { isPolicyModel } from '../../src/bundle/model-shape.ts'
import { parseAddress } from '../../src/net/address.ts'
import { parsePrefix } from '../../src/net/prefix.ts'
import { buildPrefixSet } from '../../src/net/prefix-set.ts'

const scope = {
  hosts: ['*.example.com'],
  paths: [{ kind: 'prefix', value: '/a' } as const],
  methods: ['GET'],
}
const edits = { set: [['x-a', '1'] as const], add: [['x-b', 'two words'] as const], remove: ['x-c'] }
const route = {
  description: '',
  hosts: ['*'],
  relax: ['encoded-slash' as const],
  max_body: 1,
  digest_body: 0,
  request_headers: edits,
  response_headers: edits,
}

const model: PolicyModel = {
  schema: 1,
  version: '0123456789abcdef',
  settings: {
    unknown_host: 421,
    stages: { hygiene: 'enforce', access: 'log', limits: 'off' },
    signature_ttl: 30,
    records_per_second: 10,
    record_query: false,
  },
  hygiene: {
    methods: ['GET'],
    max_url_bytes: 1,
    max_header_count: 1,
    max_header_bytes: 1,
    max_header_value_bytes: 1,
    max_query_parameters: 1,
    max_cookies: 1,
    max_cookie_bytes: 1,
    trailing_host_dot: 'strip',
  },
  access: [
    {
      id: 'g',
      description: 'a guard',
      mode: 'enforce',
      scope,
      prefixes: 'cidr/g',
      asns: { allow: [1], deny: [4_294_967_295] },
      countries: { allow: ['DE'], deny: ['T1'] },
      allow_listed_only: true,
    },
  ],
  limits: [
    {
      id: 'l',
      description: '',
      mode: 'log',
      scope,
      characteristics: [{ kind: 'ip.src' }, { kind: 'http.request.headers', name: 'x-api-key' }],
      period: 10,
      requests_per_period: 5,
      mitigation_timeout: 0,
      action: 'block',
      on_error: 'local',
      timeout_ms: 250,
      status: 429,
    },
  ],
  routes: [
    {
      ...route,
      id: 'f',
      path: { kind: 'prefix', value: '/' },
      action: { kind: 'forward', origin: 'http://127.0.0.1:8788', replace_prefix: '/x', timeout_ms: 0 },
    },
    {
      ...route,
      id: 'r',
      path: { kind: 'exact', value: '/old' },
      action: { kind: 'redirect', status: 308, location: '/new', preserve_path: false, preserve_query: true },
    },
    {
      ...route,
      id: 's',
      path: { kind: 'exact', value: '/s' },
      action: { kind: 'respond', status: 200, content_type: 'text/plain', body: 'é' },
    },
  ],
}

function buildSets(): Map<string, ArrayBuffer> {
  const network = parsePrefix('192.0.2.0/24')
  if (!network.ok) throw new Error(network.message)
  return new Map([['cidr/g', buildPrefixSet([{ prefix: network.prefix, value: DENY }])]])
}

const good = encodeBundle(model, buildSets()).buffer

function codeOf(buffer: ArrayBuffer): string {
  try {
    openBundle(buffer)
  } catch (error) {
    if (error instanceof BundleError) return error.code
    throw error
  }
  return 'opened'
}

function withPolicy(text: string): ArrayBuffer {
  return encodeContainer([{ name: 'policy.json', bytes: new TextEncoder().encode(text) }]).buffer
}

describe('openBundle', () => {
  test('gives back the model and its address sets', () => {
    const bundle = openBundle(good)
    expect(bundle.model).toEqual(model)
    const address = parseAddress('192.0.2.77')
    expect(address && bundle.prefixSet('cidr/g').lookup(address)).toBe(DENY)
  })

  test('throws its own error for a set that no guard names', () => {
    expect(() => openBundle(good).prefixSet('cidr/other')).toThrow(BundleError)
  })

  test('names what is wrong', () => {
    expect(codeOf(encodeContainer([]).buffer)).toBe('missing-part')
    expect(codeOf(withPolicy('{'))).toBe('bad-json')
    expect(codeOf(withPolicy('null'))).toBe('unknown-schema')
    expect(codeOf(withPolicy(JSON.stringify({ ...model, schema: 2 })))).toBe('unknown-schema')
    expect(codeOf(withPolicy(JSON.stringify({ ...model, routes: {} })))).toBe('bad-model')
    expect(codeOf(withPolicy(JSON.stringify(model)))).toBe('missing-part')
    expect(codeOf(encodeBundle(model, new Map([['cidr/g', new ArrayBuffer(16)]])).buffer)).toBe(
      'bad-prefix-set',
    )
  })

  test('refuses every truncation', () => {
    for (let length = 0; length < good.byteLength; length++)
      expect(codeOf(good.slice(0, length))).not.toBe('opened')
  })

  test('survives every single flipped bit', () => {
    const copy = new Uint8Array(good.slice(0))
    const counts = { opened: 0, refused: 0 }
    for (let bit = 0; bit < copy.length * 8; bit++) {
      const at = bit >> 3
      copy[at] = (copy[at] ?? 0) ^ (1 << (bit & 7))
      counts[codeOf(copy.buffer) === 'opened' ? 'opened' : 'refused']++
      copy[at] = (copy[at] ?? 0) ^ (1 << (bit & 7))
    }
    expect(counts.refused).toBeGreaterThan(counts.opened)
  })

  test('gives a valid bundle or its own error for any damage', () => {
    const change = fc.tuple(fc.nat(good.byteLength - 1), fc.nat(255))
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const copy = new Uint8Array(good.slice(0))
        for (const [at, value] of changes) copy[at] = value
        if (codeOf(copy.buffer) !== 'opened') return
        const bundle = openBundle(copy.buffer)
        expect(isPolicyModel(bundle.model)).toBe(true)
        for (const guard of bundle.model.access)
          if (guard.prefixes) bundle.prefixSet(guard.prefixes).lookup({ version: 4, value: 1 })
      }),
      { numRuns: 3000 },
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void codeOf(Uint8Array.from(bytes).buffer)),
    )
  })
})

describe('isPolicyModel', () => {
  /** Every way to take one value out of the model or to put a wrong one in its place. */
  function* damage(value: unknown, replace: (changed: unknown) => unknown): Generator<unknown> {
    yield replace({ unexpected: true })
    if (Array.isArray(value)) {
      for (const [i, item] of value.entries())
        yield* damage(item, (changed) => replace(value.with(i, changed)))
    } else if (typeof value === 'object' && value !== null) {
      const own = value as Record<string, unknown>
      yield replace({ ...own, unexpected: 1 })
      for (const [key, item] of Object.entries(own)) {
        const { [key]: _, ...rest } = own
        if (key !== 'replace_prefix') yield replace(rest)
        yield* damage(item, (changed) => replace({ ...own, [key]: changed }))
      }
    }
  }

  test('accepts the model and refuses it with any field missing, added or of another type', () => {
    expect(isPolicyModel(model)).toBe(true)
    const variants = [...damage(model, (changed) => changed)]
    expect(variants.length).toBeGreaterThan(200)
    expect(variants.filter(isPolicyModel)).toEqual([])
  })

  test.each([
    ['a header name that is no token', { set: [['x a', '1']], add: [], remove: [] }],
    ['a header value with a line break', { set: [['x-a', '1\r\nx: y']], add: [], remove: [] }],
  ])('refuses %s', (_, request_headers) => {
    expect(isPolicyModel({ ...model, routes: [{ ...model.routes[0], request_headers }] })).toBe(false)
  })
})
