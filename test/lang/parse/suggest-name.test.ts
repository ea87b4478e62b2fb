import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { suggestName } from '../../../src/lang/parse/suggest-name.ts'

const KNOWN = [
  'http.host',
  'http.request.uri.path',
  'http.request.uri.query',
  'ip.src',
  'ssl',
  'lower',
  'starts_with',
]

describe('the nearest name', () => {
  test.each([
    ['http.hots', 'http.host'],
    ['http.Host', 'http.host'],
    ['host', 'http.host'],
    ['uri.path', 'http.request.uri.path'],
    ['http.request.uri.pth', 'http.request.uri.path'],
    ['startswith', 'starts_with'],
    ['SSL', 'ssl'],
    ['ip.scr', 'ip.src'],
  ])('of %s is %s', (name, suggestion) => {
    expect(suggestName(name, KNOWN)).toBe(suggestion)
  })

  test.each(['', 'x', 'tls', 'cf.bot_management.score', 'a'.repeat(4096)])('of %s is none', (name) => {
    expect(suggestName(name, KNOWN)).toBeUndefined()
  })

  test('is found for one typing error in a long name', () => {
    const at = fc.integer({ min: 0, max: 'http.request.uri.query'.length - 1 })
    fc.assert(
      fc.property(at, fc.constantFrom('', 'x', '_'), (index, typed) => {
        const name = 'http.request.uri.query'
        const wrong = name.slice(0, index) + typed + name.slice(index + 1)
        expect(suggestName(wrong, KNOWN)).toBe(name)
      }),
    )
  })
})
