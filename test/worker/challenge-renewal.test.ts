import { expect, test } from 'vitest'
import { addRenewal } from '../../src/worker/challenge-renewal.ts'

const renew = (fields: Record<string, string>): Record<string, string> => {
  const headers = new Headers(fields)
  addRenewal(headers, () => 'clearance=1')
  return Object.fromEntries(headers)
}

test.each([
  [{ 'cache-control': 'public, max-age=60' }],
  [{ 'cache-control': 'max-age=5, S-MaxAge=60' }],
  [{ 'cache-control': 'max-age=5', 'cdn-cache-control': 'max-age=60' }],
  [{ 'cloudflare-cdn-cache-control': 'max-age=60' }],
  [{ 'surrogate-control': 'max-age=60' }],
])('a response that is there for shared caches gets no clearance: %j', (fields) => {
  expect(renew(fields)).toEqual(fields)
})

test.each([
  [{}, 'private'],
  [{ 'cache-control': 'max-age=60' }, 'max-age=60, private'],
  [{ 'cache-control': 'private, max-age=60' }, 'private, max-age=60'],
  [{ 'cache-control': 'No-Store' }, 'No-Store'],
])('a response with a clearance is kept by no shared cache: %j', (fields, expected) => {
  expect(renew(fields)).toEqual({ 'cache-control': expected, 'set-cookie': 'clearance=1' })
})

test('a response without a new clearance stays as it is', () => {
  const headers = new Headers({ 'cache-control': 'max-age=60' })
  addRenewal(headers, () => undefined)
  expect(Object.fromEntries(headers)).toEqual({ 'cache-control': 'max-age=60' })
})
