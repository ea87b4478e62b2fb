import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openBundle } from '../../src/bundle/bundle.ts'
import { BundleError } from '../../src/bundle/bundle-error.ts'
import { encodeContainer } from '../../src/bundle/container.ts'
import { encodeBundle } from '../../src/bundle/encode-bundle.ts'
import { DENY } from '../../src/bundle/model.ts'
import { isPolicyModel } from '../../src/bundle/model-shape.ts'
import { parseAddress } from '../../src/net/address.ts'
import { fullSets, fullModel as model } from './policy-model.ts'

const good = encodeBundle(model, fullSets()).buffer

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
    expect(address && bundle.prefixSet('list/nets').lookup(address)).toBe(1)
  })

  test('throws its own error for a set that no guard names', () => {
    expect(() => openBundle(good).prefixSet('cidr/other')).toThrow(BundleError)
  })

  test('names what is wrong', () => {
    expect(codeOf(encodeContainer([]).buffer)).toBe('missing-part')
    expect(codeOf(withPolicy('{'))).toBe('bad-json')
    expect(codeOf(withPolicy('null'))).toBe('unknown-schema')
    expect(codeOf(withPolicy(JSON.stringify({ ...model, schema: 1 })))).toBe('unknown-schema')
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

/** Keys that may be left out, somewhere. */
const OPTIONAL: ReadonlySet<string> = new Set([
  'replace_prefix',
  'filter',
  'counting',
  'score_header',
  'escalate',
  'ban',
  'response',
])
const NODES: ReadonlySet<unknown> = new Set(['comparison', 'field', 'contains'])

describe('isPolicyModel', () => {
  /** Every way to take one value out of the model or to put a wrong one in its place. */
  function* damage(value: unknown, replace: (changed: unknown) => unknown): Generator<unknown> {
    yield replace({ unexpected: true })
    if (Array.isArray(value)) {
      for (const [i, item] of value.entries())
        yield* damage(item, (changed) => replace(value.with(i, changed)))
    } else if (typeof value === 'object' && value !== null) {
      const own = value as Record<string, unknown>
      // Trees of expressions have a check of their own, which lets more through than it needs.
      if (!NODES.has(own.kind)) yield replace({ ...own, unexpected: 1 })
      for (const [key, item] of Object.entries(own)) {
        const { [key]: _, ...rest } = own
        if (!OPTIONAL.has(key)) yield replace(rest)
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
