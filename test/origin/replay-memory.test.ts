import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMemoryReplayStore } from '../../src/origin/replay-memory.ts'
import { testReplayStore } from '../contract/replay-store.ts'

testReplayStore('memory', () => createMemoryReplayStore())
testReplayStore('memory, as small as the contract allows', () => createMemoryReplayStore({ capacity: 500 }))

const drawNonce = (): string => randomBytes(16).toString('base64url')

describe('memory replay store', () => {
  test('takes the same memory however many nonces come', () => {
    const store = createMemoryReplayStore({ capacity: 64 })
    expect(store.bytes).toBe(64 * 2 * 8 * 2)
    for (let i = 0; i < 10_000; i++) store.claim(drawNonce(), i, i + 60, i)
    expect(store.bytes).toBe(64 * 2 * 8 * 2)
  })

  test('the default is 4 MiB', () => {
    expect(createMemoryReplayStore().bytes).toBe(4 * 1024 * 1024)
  })

  test('forgets a full generation by refusing what is as old as it', () => {
    const store = createMemoryReplayStore({ capacity: 16 })
    const first = drawNonce()
    expect(store.claim(first, 100, 160, 100)).toBe('fresh')
    for (let i = 0; i < 32; i++) expect(store.claim(drawNonce(), 101 + i, 161 + i, 101 + i)).toBe('fresh')
    expect(store.claim(first, 100, 160, 133)).toBe('too-old')
    expect(store.claim(drawNonce(), 110, 170, 133)).toBe('too-old')
    expect(store.claim(drawNonce(), 133, 193, 133)).toBe('fresh')
  })

  test('refuses what was created before the process began to remember', () => {
    const store = createMemoryReplayStore({ since: 1000 })
    expect(store.claim(drawNonce(), 999, 1059, 1001)).toBe('too-old')
    expect(store.claim(drawNonce(), 1000, 1060, 1001)).toBe('fresh')
  })

  test('remembers a nonce whose kept bits are all zero', () => {
    const store = createMemoryReplayStore()
    expect(store.claim('AAAAAAAAAAAAAAAAAAAAAA', 1, 2, 1)).toBe('fresh')
    expect(store.claim('AAAAAAAAAAAAAAAAAAAAAA', 1, 2, 1)).toBe('replayed')
  })

  test('agrees with a set that forgets nothing, except that it may call an old nonce too old', () => {
    const claims = fc.array(fc.record({ n: fc.nat(60), later: fc.nat(3) }), { maxLength: 300 })
    const nonces = Array.from({ length: 61 }, drawNonce)
    fc.assert(
      fc.property(claims, (steps) => {
        const store = createMemoryReplayStore({ capacity: 16 })
        const created = new Map<number, number>()
        const fresh = new Set<number>()
        let now = 1000
        for (const { n, later } of steps) {
          now += later
          const at = created.get(n) ?? now - (n % 5)
          created.set(n, at)
          const claim = store.claim(nonces[n] ?? '', at, at + 60, now)
          if (fresh.has(n)) expect(claim).not.toBe('fresh')
          else expect(claim).not.toBe('replayed')
          if (claim === 'fresh') fresh.add(n)
        }
      }),
    )
  })

  test.each([0, 15, 1.5, Number.NaN, 2 ** 25])('refuses a capacity of %s', (capacity) => {
    expect(() => createMemoryReplayStore({ capacity })).toThrow(RangeError)
  })
})
