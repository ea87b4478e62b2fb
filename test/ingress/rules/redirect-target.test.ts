import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { readRedirectTarget } from '../../../src/ingress/rules/redirect-target.ts'
import { createFacts } from '../../http/facts.ts'

const request = createFacts({ target: '/old?a=1&b' })

describe('a redirect may lead to', () => {
  it.each([
    ['/new', '/new'],
    ['/new?x#y', '/new?x#y'],
    ['https://other.example', 'https://other.example'],
    ['HTTPS://Other.Example:8443/a?b=c', 'HTTPS://Other.Example:8443/a?b=c'],
    ['http://[2001:db8::1]/a', 'http://[2001:db8::1]/a'],
    ['/caf\xc3\xa9', '/caf%C3%A9'],
    ['/a{b}"c"', '/a%7Bb%7D%22c%22'],
    ['/', '/'],
  ])('%j', (target, location) => expect(readRedirectTarget(target, request, false)).toBe(location))
})

describe('a redirect may not lead to', () => {
  it.each([
    '',
    'new',
    '?a',
    '//evil.example/x',
    '/\\evil.example',
    '\\\\evil.example',
    'https:\\\\evil.example',
    'https:/evil.example',
    'https:///evil.example',
    'https://',
    'https://user@evil.example/',
    'https://good.example:80@evil.example/',
    'https://ev%69l.example/',
    'https://evil.example:99999/',
    'https://[::g]/',
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://a.example/',
    ' /new',
    '/new x',
    '/new\r\nSet-Cookie: a=b',
    '/new\n',
    '/new\0',
    '/new\t',
    '\t//evil.example',
    `/${'a'.repeat(9000)}`,
  ])('%j', (target) => expect(readRedirectTarget(target, request, false)).toBeUndefined())
})

test('the query of the request is put behind that of the target, and before its fragment', () => {
  const to = (target: string): string | undefined => readRedirectTarget(target, request, true)
  expect(to('/new')).toBe('/new?a=1&b')
  expect(to('/new?x=1')).toBe('/new?x=1&a=1&b')
  expect(to('/new#part')).toBe('/new?a=1&b#part')
  expect(readRedirectTarget('/new', createFacts({ target: '/old' }), true)).toBe('/new')
})

test('a redirect to the request itself is none', () => {
  for (const target of [
    '/old?a=1&b',
    '/old?a=1&b#x',
    'https://app.example/old?a=1&b',
    'HTTPS://APP.example/old?a=1&b',
  ])
    expect(readRedirectTarget(target, request, false)).toBeUndefined()
  expect(readRedirectTarget('/old', request, true)).toBeUndefined()
  expect(readRedirectTarget('/old', request, false)).toBe('/old')
  expect(readRedirectTarget('http://app.example/old?a=1&b', request, false)).toBeDefined()
})

test('whatever is computed, a location is one line and goes to where a browser says that it goes', () => {
  const part = fc.oneof(
    fc.constantFrom(
      '/',
      '//',
      '\\',
      'https://',
      'http:',
      '@',
      ':',
      '?',
      '#',
      '%',
      '\r',
      '\n',
      '\t',
      ' ',
      '.',
      '..',
    ),
    fc.constantFrom('evil.example', 'app.example', '[::1]', 'a', '443'),
    fc.string({
      unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
      maxLength: 3,
    }),
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const location = readRedirectTarget(parts.join(''), request, false)
      if (location === undefined) return
      expect(location).toMatch(/^[!-~]+$/)
      const url = new URL(location, 'https://app.example/old')
      expect(url.username + url.password).toBe('')
      if (location.startsWith('/')) expect(url.origin).toBe('https://app.example')
      else expect(url.protocol).toMatch(/^https?:$/)
    }),
    { numRuns: 5000 },
  )
})
