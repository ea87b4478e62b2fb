/**
 * Tokens of a strict limit that requests on their way have taken, of which nobody knows yet whether they will count.
 * To the shard they are held, not used: who logs in beside five others has done nothing to be refused for.
 * @module
 */

export interface Reservations {
  add(hi: number, lo: number, window: number): void
  remove(hi: number, lo: number, window: number): void
  /** Of a key in a window. What is not known here counts as used, which only errs on the strict side. */
  count(hi: number, lo: number, window: number): number
}

interface Reserved {
  readonly hi: number
  readonly lo: number
  readonly window: number
  count: number
}

/** Keys of one limit with requests on their way. Where a request is never settled, the oldest gives way. */
const MAX_KEYS = 4096

/** 53 of the 64 bits: the hash is keyed. */
const nameOf = (hi: number, lo: number): number => (hi & 0x1f_ffff) * 0x1_0000_0000 + lo

export function createReservations(): Reservations {
  const keys = new Map<number, Reserved>()

  function find(hi: number, lo: number, window: number): Reserved | undefined {
    const known = keys.get(nameOf(hi, lo))
    return known?.hi === hi && known.lo === lo && known.window === window ? known : undefined
  }

  return {
    add(hi, lo, window) {
      const known = find(hi, lo, window)
      if (known !== undefined) {
        known.count++
        return
      }
      const name = nameOf(hi, lo)
      keys.delete(name)
      const [oldest] = keys.keys()
      if (keys.size >= MAX_KEYS && oldest !== undefined) keys.delete(oldest)
      keys.set(name, { hi, lo, window, count: 1 })
    },
    remove(hi, lo, window) {
      const known = find(hi, lo, window)
      if (known !== undefined && --known.count === 0) keys.delete(nameOf(hi, lo))
    },
    count: (hi, lo, window) => find(hi, lo, window)?.count ?? 0,
  }
}
