import { expect, test } from 'vitest'
import { clearanceCookieName, withoutOwnCookies } from '../../src/http/own-cookies.ts'

test.each([
  ['a=b', 'a=b'],
  ['a=b; sallyport-clearance=x; c=d', 'a=b; c=d'],
  ['__Host-sallyport-clearance=x;c=d', 'c=d'],
  ['a=b; __Host-sallyport-clearance=x; sallyport-clearance=y', 'a=b'],
  ['sallyport-clearance=x', undefined],
  ['sallyport-clearance', undefined],
  ['a=b, __Host-sallyport-clearance=x', 'a=b'],
  ['__Host-sallyport-clearance=x, a=1,2; c=d', 'a=1,2; c=d'],
  ['a=b; __Host-sallyport-clearance=x, c=d', 'a=b, c=d'],
  ['__Host-sallyport-clearance=x,sallyport-clearance = y ;', undefined],
  ['x-sallyport-clearance=x; a=sallyport-clearance', 'x-sallyport-clearance=x; a=sallyport-clearance'],
])('%j goes on as %j', (field, kept) => expect(withoutOwnCookies(field)).toBe(kept))

test('the name says what keeps it safe', () => {
  expect([clearanceCookieName('https'), clearanceCookieName('http')]).toEqual([
    '__Host-sallyport-clearance',
    'sallyport-clearance',
  ])
})
