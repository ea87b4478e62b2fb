import { describe, expect, it } from 'vitest'
import type { Key } from '../../src/signature/keys.ts'
import { importEdgeKeys } from '../../src/worker/signing.ts'
import { ED25519_KEY, HMAC_KEY } from '../signature/keys-fixture.ts'

async function open(...keys: readonly Key[]) {
  const imported = await importEdgeKeys(JSON.stringify({ keys }))
  if (!imported.ok) throw new Error(imported.problem)
  return imported.keys
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

describe('secrets that are derived from the keys of the edge', () => {
  it('are one for each key that signs, in their order, so that a new key can come first', async () => {
    const both = (await open(HMAC_KEY, ED25519_KEY)).challengeSecrets.map(hex)
    const turned = (await open(ED25519_KEY, HMAC_KEY)).challengeSecrets.map(hex)
    expect(both).toHaveLength(2)
    expect(turned).toEqual(both.toReversed())
    expect((await open(HMAC_KEY)).challengeSecrets.map(hex)).toEqual(both.slice(0, 1))
  })

  it('are none for the half of a key that everybody may know', async () => {
    if (ED25519_KEY.kty !== 'OKP') throw new Error('not the fixture')
    const { d: _, ...half } = ED25519_KEY
    expect((await open(HMAC_KEY, half)).challengeSecrets).toHaveLength(1)
  })

  it('have nothing in common with each other or with the key', async () => {
    const { counterSecret, challengeSecrets } = await open(HMAC_KEY)
    const [challenges = new Uint8Array()] = challengeSecrets
    expect([counterSecret.length, challenges.length]).toEqual([16, 32])
    expect(hex(challenges)).not.toContain(hex(counterSecret).slice(0, 8))
    expect(hex(challenges)).not.toContain(Buffer.from('01234567').toString('hex'))
  })
})
