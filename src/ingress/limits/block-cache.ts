/**
 * Who is refused, and until when: kept in the isolate so that a refused client costs no call.
 * @module
 */

export interface BlockCache {
  /**
   * Milliseconds since the epoch when the refusal ends, 0 when there is none in force.
   * @param longest Milliseconds a refusal can last from now; what claims more comes from a clock that jumped.
   */
  find(hi: number, lo: number, now: number, longest: number): number
  /** Remembers a refusal. When its place is full, the refusal that ends soonest is forgotten: that costs a call. */
  block(hi: number, lo: number, until: number, now: number): void
}

const PROBES = 8

/**
 * @param capacity Refusals at the same time, rounded up to a power of two from 8 to 2²⁰; 16 bytes each.
 */
export function createBlockCache(capacity: number): BlockCache {
  const count = 2 ** Math.min(20, Math.max(3, Math.ceil(Math.log2(capacity))))
  const keys = new Uint32Array(count * 2)
  const ends = new Float64Array(count)

  /** Index of the key, or -1. Refusals end in place, so the whole probe window is looked at. */
  function locate(hi: number, lo: number): number {
    for (let probe = 0; probe < PROBES; probe++) {
      const index = (lo + probe) & (count - 1)
      if (keys[2 * index + 1] === lo && keys[2 * index] === hi) return index
    }
    return -1
  }

  function findSoonest(lo: number): number {
    let best = lo & (count - 1)
    for (let probe = 1; probe < PROBES; probe++) {
      const index = (lo + probe) & (count - 1)
      if ((ends[index] ?? 0) < (ends[best] ?? 0)) best = index
    }
    return best
  }

  return {
    find(hi, lo, now, longest) {
      const index = locate(hi, lo)
      const end = index < 0 ? 0 : (ends[index] ?? 0)
      return end > now && end <= now + longest ? end : 0
    },
    block(hi, lo, until, now) {
      if (until <= now) return
      const known = locate(hi, lo)
      const index = known < 0 ? findSoonest(lo) : known
      keys[2 * index] = hi
      keys[2 * index + 1] = lo
      ends[index] = until
    },
  }
}
