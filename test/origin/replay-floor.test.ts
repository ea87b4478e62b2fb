import { expect, test } from 'vitest'
import { createFlooredStore } from '../../src/origin/replay-floor.ts'

test('what was signed before the floor is refused, and the floor only rises', async () => {
  const asked: number[] = []
  const store = createFlooredStore({
    claim(_nonce, created) {
      asked.push(created)
      return 'fresh'
    },
  })
  const claim = (created: number) => store.claim('nonce', created, created + 30, created)
  expect(claim(99)).toBe('fresh')
  store.raise(100)
  store.raise(50)
  expect([claim(99), claim(100)]).toEqual(['too-old', 'fresh'])
  expect(asked).toEqual([99, 100])
})
