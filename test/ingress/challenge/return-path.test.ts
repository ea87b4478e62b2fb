import fc from 'fast-check'
import { expect, test } from 'vitest'
import { safeReturnPath } from '../../../src/ingress/challenge/return-path.ts'

test.each(['/', '/a', '/a//b', '/a?b=//c', '/%2F/evil', '/a?b=c&d=%0A', '/.sallyport/status'])(
  '%s is gone to',
  (path) => {
    expect(safeReturnPath(path)).toBe(path)
  },
)

test.each([
  '',
  'a',
  'https://evil.example/',
  'javascript:alert(1)',
  '//evil.example',
  '/\\evil.example',
  '/a\\b',
  '/\t/evil.example',
  '/\n/evil.example',
  '/a b',
  '/a\r\nset-cookie: x',
  '/é',
  '/.sallyport/challenge',
  '/.sallyport/challenge?level=1',
  `/${'a'.repeat(2048)}`,
])('%j is not gone to', (path) => {
  expect(safeReturnPath(path)).toBeUndefined()
})

test('what is gone to is a path of the same origin for a browser, and safe as a field value', () => {
  // Mostly what may be in a path, so that few tries are for nothing.
  const piece = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom('/', '.', '..', ':', '@', '?', '#', 'a', '%2f', 'http:') },
    { weight: 1, arbitrary: fc.constantFrom('\\', ' ', '\t', '\n', '\r', '\0', 'é') },
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const path = safeReturnPath(`/${pieces.join('')}`)
      fc.pre(path !== undefined)
      expect(new URL(path ?? '', 'https://app.example/x').origin).toBe('https://app.example')
      expect(path).toMatch(/^[!-~]+$/)
    }),
    { numRuns: 1000 },
  )
})
