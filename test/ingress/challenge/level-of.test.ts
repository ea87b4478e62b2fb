import { expect, test } from 'vitest'
import { levelOf } from '../../../src/ingress/challenge/level-of.ts'

test('a decision asks for the level that it says, else for that of its kind', () => {
  expect(levelOf({ challenge: 'managed_challenge' })).toBe(1)
  expect(levelOf({ challenge: 'js_challenge' })).toBe(2)
  expect(levelOf({ challenge: 'challenge' })).toBe(3)
  expect(levelOf({ challenge: 'managed_challenge', level: 2 })).toBe(2)
  expect(levelOf({})).toBe(2)
})
