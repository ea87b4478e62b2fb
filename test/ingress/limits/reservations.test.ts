import { expect, test } from 'vitest'
import { createReservations } from '../../../src/ingress/limits/reservations.ts'

test('counts the requests on their way by key and window', () => {
  const reservations = createReservations()
  reservations.add(1, 2, 7)
  reservations.add(1, 2, 7)
  reservations.add(1, 3, 7)
  expect([2, 3, 4].map((lo) => reservations.count(1, lo, 7))).toEqual([2, 1, 0])
  reservations.remove(1, 2, 7)
  expect(reservations.count(1, 2, 7)).toBe(1)
  reservations.remove(1, 2, 7)
  reservations.remove(1, 2, 7)
  expect(reservations.count(1, 2, 7)).toBe(0)
})

test('a new window begins at nothing, and ends what was left of the last', () => {
  const reservations = createReservations()
  reservations.add(1, 2, 7)
  reservations.add(1, 2, 8)
  reservations.remove(1, 2, 7)
  expect([7, 8].map((window) => reservations.count(1, 2, window))).toEqual([0, 1])
})

test('does not take two keys for one that share 53 bits of their names', () => {
  const reservations = createReservations()
  reservations.add(1, 2, 7)
  expect(reservations.count(1 + 2 ** 21, 2, 7)).toBe(0)
})

test('forgets the oldest of too many: it counts as used then', () => {
  const reservations = createReservations()
  for (let lo = 0; lo <= 4096; lo++) reservations.add(1, lo, 7)
  expect([0, 1, 4096].map((lo) => reservations.count(1, lo, 7))).toEqual([0, 1, 1])
})
