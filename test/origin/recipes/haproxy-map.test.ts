import { expect, test } from 'vitest'
import { formatKeyMap, toKeyMap } from '../../../src/origin/recipes/haproxy-map.ts'
import { ED25519_KEY, HMAC_KEY } from '../../signature/keys-fixture.ts'

test('a secret is written in plain base64 under its id, and an Ed25519 key is left out', () => {
  const map = toKeyMap({ keys: [HMAC_KEY, ED25519_KEY] })
  expect(map.left).toEqual([ED25519_KEY.kid])
  expect(formatKeyMap(map)).toBe(`${HMAC_KEY.kid} MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n`)
})

test('the digits that base64url has of its own are replaced', () => {
  const k = Buffer.alloc(33, 0xfb).toString('base64url')
  expect(k).toContain('-')
  const { entries } = toKeyMap({ keys: [{ kty: 'oct', k, kid: 'a', alg: 'HS256', use: 'sig' }] })
  expect(entries.get('a')).toBe(Buffer.alloc(33, 0xfb).toString('base64'))
})
