import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { algorithmOf, formatKeySet, type KeySetProblem, parseKeySet } from '../../src/signature/keys.ts'
import { ED25519_KEY, HMAC_KEY } from './keys-fixture.ts'

const text = (...keys: unknown[]): string => JSON.stringify({ keys })

describe('parseKeySet', () => {
  test('reads both kinds of key, in order', () => {
    const result = parseKeySet(text(ED25519_KEY, HMAC_KEY))
    expect(result).toEqual({ ok: true, keySet: { keys: [ED25519_KEY, HMAC_KEY] } })
    if (result.ok) expect(result.keySet.keys.map(algorithmOf)).toEqual(['ed25519', 'hmac-sha256'])
  })

  test('reads back what formatKeySet wrote', () => {
    expect(parseKeySet(formatKeySet({ keys: [HMAC_KEY, ED25519_KEY] }))).toEqual({
      ok: true,
      keySet: { keys: [HMAC_KEY, ED25519_KEY] },
    })
  })

  const short = Buffer.alloc(31, 7).toString('base64url')
  const cases: readonly (readonly [string, string, KeySetProblem])[] = [
    ['text that is not JSON', '{', 'not-json'],
    ['JSON that is no key set', '[]', 'not-a-key-set'],
    ['an empty set', '{"keys":[]}', 'not-a-key-set'],
    [
      'nine keys',
      text(...Array.from({ length: 9 }, (_, i) => ({ ...HMAC_KEY, kid: `k${i}` }))),
      'too-many-keys',
    ],
    ['a secret under 32 bytes', text({ ...HMAC_KEY, k: short }), 'bad-key-material'],
    [
      'a secret in two spellings',
      text({ ...HMAC_KEY, k: `${Buffer.alloc(32).toString('base64url').slice(0, -1)}B` }),
      'bad-key-material',
    ],
    ['the same kid twice', text(HMAC_KEY, { ...ED25519_KEY, kid: HMAC_KEY.kid }), 'repeated-kid'],
    ['a kid with a quote', text({ ...HMAC_KEY, kid: 'a"b' }), 'bad-kid'],
    ['an RSA key', text({ kty: 'RSA', kid: 'a' }), 'bad-key-type'],
    ['an HMAC key for another hash', text({ ...HMAC_KEY, alg: 'HS512' }), 'bad-algorithm'],
    ['an Ed448 key', text({ ...ED25519_KEY, crv: 'Ed448' }), 'bad-algorithm'],
    ['an encryption key', text({ ...HMAC_KEY, use: 'enc' }), 'bad-use'],
    ['a truncated private key', text({ ...ED25519_KEY, d: short }), 'bad-key-material'],
    ['an endless text', ' '.repeat(20_000), 'not-a-key-set'],
  ]
  test.each(cases)('refuses %s', (_name, input, code) => {
    const result = parseKeySet(input)
    expect(result.ok ? undefined : result.error.code).toBe(code)
  })

  test('no error shows key material', () => {
    for (const [, input] of cases) {
      const result = parseKeySet(input)
      const message = result.ok ? '' : result.error.message
      expect(message).not.toContain(short)
      expect(message).not.toContain(HMAC_KEY.kty === 'oct' ? HMAC_KEY.k : '')
    }
  })

  test('never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (input) => void parseKeySet(input)))
    fc.assert(fc.property(fc.array(fc.object(), { maxLength: 3 }), (keys) => void parseKeySet(text(...keys))))
  })
})
