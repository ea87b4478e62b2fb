import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createKeyHolder, openKeys } from '../../src/origin/key-source.ts'
import { createVerifier } from '../../src/origin/verifier.ts'
import type { Key } from '../../src/signature/keys.ts'
import { NOW } from '../signature/fixtures.ts'
import { ED25519_KEY, HMAC_KEY } from '../signature/keys-fixture.ts'
import { sendFromEdge } from './edge.ts'

const OTHER: Key = { ...HMAC_KEY, kid: 'k-other' }

describe('openKeys', () => {
  test('finds the keys of a set, of a text and of a source', () => {
    const set = { keys: [HMAC_KEY, ED25519_KEY] }
    for (const keys of [set, JSON.stringify(set), createKeyHolder(set)]) {
      const findKey = openKeys(keys)
      expect(findKey(HMAC_KEY.kid)?.alg).toBe('hmac-sha256')
      expect(findKey(ED25519_KEY.kid)?.alg).toBe('ed25519')
      expect(findKey('constructor')).toBeUndefined()
    }
  })

  test('imports the keys of a source once for each version', () => {
    const source = createKeyHolder({ keys: [HMAC_KEY] })
    const findKey = openKeys(source)
    const first = findKey(HMAC_KEY.kid)
    expect(findKey(HMAC_KEY.kid)).toBe(first)
    expect(source.replace({ keys: [{ ...HMAC_KEY }] })).toBe(false)
    expect(findKey(HMAC_KEY.kid)).toBe(first)
    source.replace({ keys: [OTHER] })
    expect(findKey(HMAC_KEY.kid)).toBeUndefined()
    expect(findKey(OTHER.kid)?.keyid).toBe(OTHER.kid)
  })

  test('leaves out a key of a source that cannot be used, and keeps the others', () => {
    const bad = { ...ED25519_KEY, x: 'AA', kid: 'k-bad' } as Key
    const findKey = openKeys({ version: 1, keys: { keys: [bad, HMAC_KEY] } })
    expect(findKey('k-bad')).toBeUndefined()
    expect(findKey(HMAC_KEY.kid)?.keyid).toBe(HMAC_KEY.kid)
  })

  test.each(['', '{}', '{"keys":[]}', 'null'])('refuses the text %j at once', (text) => {
    expect(() => openKeys(text)).toThrow(TypeError)
  })
})

describe('a verifier with a source of keys', () => {
  test('takes a key from the request after it was added, and none from the request after it was retired', async () => {
    const source = createKeyHolder({ keys: [HMAC_KEY] })
    const { verify } = createVerifier({ keys: source, now: () => NOW })
    const send = (key: Key) => sendFromEdge({ created: NOW, key })
    expect(await verify(await send(OTHER))).toMatchObject({ failure: 'keyid' })
    source.replace({ keys: [OTHER, HMAC_KEY] })
    expect(await verify(await send(OTHER))).toMatchObject({ ok: true, keyid: OTHER.kid })
    expect(await verify(await send(HMAC_KEY))).toMatchObject({ ok: true, keyid: HMAC_KEY.kid })
    source.replace({ keys: [OTHER] })
    expect(await verify(await send(HMAC_KEY))).toMatchObject({ status: 403, failure: 'keyid' })
    source.replace({ keys: [] })
    expect(await verify(await send(OTHER))).toMatchObject({ status: 403, failure: 'keyid' })
  })

  test('checks the rest of a body with the key that signed its request, though it is retired by then', async () => {
    const source = createKeyHolder({ keys: [HMAC_KEY] })
    const verifier = createVerifier({ keys: source, now: () => NOW, acceptBodyChunks: true })
    const message = { method: 'POST', body: 'chunks;size=65536' }
    const verified = await verifier.verify(await sendFromEdge({ created: NOW, message }))
    if (!verified.ok || !verified.signed) return expect.fail('it was refused')
    source.replace({ keys: [OTHER] })
    const tag = new Uint8Array(32)
    expect(verifier.checkPart(verified, [Buffer.from('part')], tag)).toBe(false)
    const k = HMAC_KEY.kty === 'oct' ? Buffer.from(HMAC_KEY.k, 'base64url') : ''
    const right = createHmac('sha256', k).update('part').digest()
    expect(verifier.checkPart(verified, [Buffer.from('pa'), Buffer.from('rt')], right)).toBe(true)
    expect(verifier.checkPart({ ...verified }, [Buffer.from('part')], right)).toBe(false)
    expect(verifier.refuseBody(verified, 'body-lost')).toMatchObject({ status: 403, failure: 'body-lost' })
  })
})
