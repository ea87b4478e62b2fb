import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DOT_SEGMENT, NOT_ORIGIN_FORM, readTarget, TOO_LONG } from '../../src/http/target.ts'

const RUNS = { numRuns: 5000 }
const UNREAD = NOT_ORIGIN_FORM | TOO_LONG

/** Pieces that meet each other in all orders, so that one rewriting can make what another looks for. */
const piece = fc.constantFrom(
  ...['/', '//', '.', '..', ';', '%', '%2', '2', '5', 'e', 'E', 'F', 'c', '0', '00', 'a', '~', ' ', "'", '&'],
  ...[
    '%25',
    '%2e',
    '%2F',
    '%5c',
    '%00',
    '%32',
    '%35',
    '%65',
    '%46',
    '%43',
    '%30',
    '%3B',
    '%0a',
    '%c3',
    '%A9',
  ],
  ...['\\', '\t', '\0', 'é', '😀', '\ud800', '\udfff', '[', '|', '^', '?', '"', '\x7f'],
)
const pieces = fc.array(piece, { maxLength: 12 }).map((list) => `/${list.join('')}`)
const units = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0, max: 0xffff })), { maxLength: 24 })
  .map((codes) => String.fromCharCode(...codes))
const anything = fc.oneof(
  { weight: 4, arbitrary: pieces },
  { weight: 1, arbitrary: units.map((text) => `/${text}`) },
  { weight: 1, arbitrary: units },
)

/** The bytes a lenient server sees: escapes decoded once, a stray `%` for itself (WHATWG URL). */
function decode(text: string): string {
  const bytes = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('')
  return bytes.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

function split(raw: string): readonly [path: string, query: string] {
  const mark = raw.indexOf('?')
  return mark === -1 ? [raw, ''] : [raw.slice(0, mark), raw.slice(mark + 1)]
}

test('the canonical form is ASCII of the grammar, with escapes in upper case and none that is needless', () => {
  const path = /^\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-F]{2})*$/
  const query = /^(?:\?(?:[A-Za-z0-9\-._~!$&()*+,;=:@/?[\]]|%[0-9A-F]{2})+)?$/
  const needless = /%(?:2[DE]|3[0-9]|[46][1-9A-F]|[57][0-9A]|5F|7E)/
  fc.assert(
    fc.property(anything, (raw) => {
      const target = readTarget(raw)
      expect(target.path).toMatch(path)
      expect(target.query).toMatch(query)
      expect(target.path).not.toContain('//')
      // The digits behind `%25` are text, not an escape.
      expect((target.path + target.query).replaceAll('%25', '')).not.toMatch(needless)
    }),
    RUNS,
  )
})

test('reading the canonical form again changes nothing, and finds nothing new', () => {
  fc.assert(
    fc.property(anything, (raw) => {
      const first = readTarget(raw)
      const second = readTarget(first.path + first.query)
      expect([second.path, second.query, second.parameters]).toEqual([
        first.path,
        first.query,
        first.parameters,
      ])
      expect(second.anomalies & ~first.anomalies).toBe(0)
    }),
    RUNS,
  )
})

test('a WHATWG URL parser leaves the canonical form as it is', () => {
  fc.assert(
    fc.property(anything, (raw) => {
      const { path, query, anomalies } = readTarget(raw)
      if (anomalies & DOT_SEGMENT) return
      const { pathname, search, hash } = new URL(`http://h${path}${query}`)
      expect([pathname, search, hash]).toEqual([path, query, ''])
    }),
    RUNS,
  )
})

test('path and query mean what they meant before, but for repeated slashes', () => {
  fc.assert(
    fc.property(anything, (raw) => {
      const target = readTarget(raw)
      if (target.anomalies & UNREAD) return
      const [path, query] = split(raw)
      expect(decode(target.path)).toBe(decode(path.replace(/\/+/g, '/')))
      expect(decode(target.query.slice(1))).toBe(decode(query))
    }),
    RUNS,
  )
})

test('a path without anomalies has no NUL, no dot segment and no other separator, decoded once or twice', () => {
  let seen = 0
  fc.assert(
    fc.property(anything, (raw) => {
      const { path, anomalies } = readTarget(raw)
      if (anomalies !== 0) return
      seen++
      const once = decode(path)
      for (const text of [once, decode(once)]) {
        expect(text.split('/')).toHaveLength(path.split('/').length)
        expect(text).not.toMatch(/[\\\0]/)
        expect(text).not.toMatch(/\/\.\.?(?:;|\/|$)/)
      }
    }),
    RUNS,
  )
  expect(seen).toBeGreaterThan(100)
})

test('spellings of one path that differ in case and need of escapes have one canonical form', () => {
  const name = fc.array(fc.constantFrom('a', 'Z', '9', '-', '_', '~', 'é', ' ', ':', '%'), {
    minLength: 1,
    maxLength: 8,
  })
  fc.assert(
    fc.property(name, fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), (chars, choices) => {
      const plain = `/${chars.map((c) => (c === ':' ? c : encodeURIComponent(c))).join('')}`
      const other = chars.map((c, i) => {
        if (c === ':') return c
        const hex = Array.from(new TextEncoder().encode(c), (byte) => `%${byte.toString(16)}`).join('')
        return choices[i] ? hex : encodeURIComponent(c)
      })
      expect(readTarget(`/${other.join('')}`).path).toBe(readTarget(plain).path)
    }),
  )
})
