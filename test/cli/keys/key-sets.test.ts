import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createKeySets, retireKeys, rotateKeys } from '../../../src/cli/keys/key-sets.ts'
import { importOriginKey } from '../../../src/origin/mac.ts'
import { formatKeySet, parseKeySet } from '../../../src/signature/keys.ts'
import { importSigningKey } from '../../../src/signature/webcrypto.ts'

const DAY = new Date('2026-11-22T12:00:00Z')

/** The same bytes in every run, and different ones in every call. */
function seeded(): (bytes: number) => Uint8Array {
  let calls = 0
  return (bytes) => createHash('sha512').update(`seed ${calls++}`).digest().subarray(0, bytes)
}

describe.each(['hmac-sha256', 'ed25519'] as const)('%s', (alg) => {
  test('both sets are readable key sets of one key, named by its day', () => {
    const { edge, origin } = createKeySets(alg, seeded(), DAY)
    for (const set of [edge, origin])
      expect(parseKeySet(formatKeySet(set))).toEqual({ ok: true, keySet: set })
    expect(edge.keys[0]?.kid).toMatch(/^k-20261122-[a-z2-9]{4}$/)
    expect(origin.keys.map(({ kid }) => kid)).toEqual(edge.keys.map(({ kid }) => kid))
  })

  test('what the edge’s key signs, the origin’s key verifies', async () => {
    const { edge, origin } = createKeySets(alg, randomBytes)
    const [signing] = edge.keys
    const [verifying] = origin.keys
    if (!signing || !verifying) throw new Error('no keys')
    const { mac } = await importSigningKey(signing)
    const code = new Uint8Array(await mac(Buffer.from('base')))
    expect(importOriginKey(verifying).check('base', code)).toBe(true)
    expect(importOriginKey(verifying).check('bass', code)).toBe(false)
  })

  test('rotation puts a new key of the same kind first and keeps the old one', () => {
    const random = seeded()
    const before = createKeySets(alg, random, DAY)
    const change = rotateKeys(before.edge, random, DAY)
    if (!change.ok) throw new Error(change.error)
    const { edge, origin } = change.sets
    expect(edge.keys).toHaveLength(2)
    expect(edge.keys[1]).toEqual(before.edge.keys[0])
    expect(edge.keys[0]?.kty).toBe(edge.keys[1]?.kty)
    expect(edge.keys[0]?.kid).not.toBe(edge.keys[1]?.kid)
    expect(origin.keys.map(({ kid }) => kid)).toEqual(edge.keys.map(({ kid }) => kid))
  })

  test('a third key is refused until the old one is retired', () => {
    const random = seeded()
    const rotated = rotateKeys(createKeySets(alg, random, DAY).edge, random, DAY)
    if (!rotated.ok) throw new Error(rotated.error)
    expect(rotateKeys(rotated.sets.edge, random, DAY).ok).toBe(false)
    const retired = retireKeys(rotated.sets.edge)
    expect(retired.ok && retired.sets.edge.keys).toEqual(rotated.sets.edge.keys.slice(0, 1))
    expect(retired.ok && rotateKeys(retired.sets.edge, random, DAY).ok).toBe(true)
  })

  test('the only key is not retired', () => {
    expect(retireKeys(createKeySets(alg, seeded(), DAY).edge).ok).toBe(false)
  })
})

test('the origin never gets a private Ed25519 key', () => {
  const { edge, origin } = createKeySets('ed25519', seeded(), DAY)
  expect(edge.keys[0]).toHaveProperty('d')
  expect(origin.keys[0]).not.toHaveProperty('d')
})
