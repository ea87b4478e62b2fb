/** What every replay store must do, whatever remembers. */
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { ReplayStore } from '../../src/origin/replay.ts'

const drawNonce = (): string => randomBytes(16).toString('base64url')

export function testReplayStore(name: string, create: () => ReplayStore | Promise<ReplayStore>): void {
  describe(`replay store: ${name}`, () => {
    const now = 1_795_000_000

    test('a nonce is fresh once and replayed ever after', async () => {
      const store = await create()
      const nonce = drawNonce()
      expect(await store.claim(nonce, now, now + 30, now)).toBe('fresh')
      expect(await store.claim(nonce, now, now + 30, now)).toBe('replayed')
      expect(await store.claim(nonce, now, now + 30, now + 29)).toBe('replayed')
    })

    test('of simultaneous copies exactly one is fresh', async () => {
      const store = await create()
      const nonce = drawNonce()
      const claims = await Promise.all(
        Array.from({ length: 1000 }, () => store.claim(nonce, now, now + 30, now)),
      )
      expect(claims.filter((claim) => claim === 'fresh')).toHaveLength(1)
      expect(claims.filter((claim) => claim === 'replayed')).toHaveLength(999)
    })

    test('a nonce that expires at once is claimed once all the same', async () => {
      const store = await create()
      const nonce = drawNonce()
      expect(await store.claim(nonce, now - 30, now - 4, now)).toBe('fresh')
      expect(await store.claim(nonce, now - 30, now - 4, now)).toBe('replayed')
    })

    test('nonces that differ in one of their first characters are different', async () => {
      const store = await create()
      const nonce = drawNonce()
      expect(await store.claim(nonce, now, now + 30, now)).toBe('fresh')
      for (let i = 0; i < 5; i++) {
        const other = nonce.slice(0, i) + (nonce.charAt(i) === 'A' ? 'B' : 'A') + nonce.slice(i + 1)
        expect(await store.claim(other, now, now + 30, now)).toBe('fresh')
      }
    })

    test('different nonces do not disturb each other', async () => {
      const store = await create()
      const nonces = Array.from({ length: 500 }, drawNonce)
      for (const nonce of nonces) expect(await store.claim(nonce, now, now + 30, now)).toBe('fresh')
      for (const nonce of nonces) expect(await store.claim(nonce, now, now + 30, now)).toBe('replayed')
    })

    test('no nonce is ever fresh twice within its life, however many come between', async () => {
      const store = await create()
      const seen: { nonce: string; created: number }[] = []
      for (let i = 0; i < 5000; i++) {
        const created = now + Math.floor(i / 100)
        const nonce = drawNonce()
        if ((await store.claim(nonce, created, created + 60, created)) === 'fresh')
          seen.push({ nonce, created })
        const old = seen[Math.floor((i * 7919) % seen.length)]
        if (old)
          expect(await store.claim(old.nonce, old.created, old.created + 60, created)).not.toBe('fresh')
      }
      expect(seen.length).toBeGreaterThan(0)
    })
  })
}
