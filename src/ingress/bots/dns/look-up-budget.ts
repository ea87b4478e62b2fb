/**
 * How many look-ups may be under way, and begin in a second: whoever names a crawler makes us ask.
 * @module
 */
import type { Address } from '../../../net/address.ts'
import { networkKeyOf } from '../../dos/source-keys.ts'

export interface LookUpBudget {
  /** `taken`: a look-up may begin, and is under way from then on. `full`: not now. */
  take(key: string, address: Address, now: number): 'taken' | 'under-way' | 'full'
  /** It has ended. */
  give(key: string): void
  readonly underWay: number
}

export interface LookUpBounds {
  /** Look-ups under way at a time. */
  readonly most: number
  /** Of these for addresses of one network (/24 or /48): nobody alone can keep a crawler waiting. */
  readonly network: number
  /** Look-ups begun in a second. */
  readonly perSecond: number
  /** Milliseconds after which one that has not ended counts as ended: its request is gone, and it with it. */
  readonly lost: number
}

export const LOOK_UP_BOUNDS: LookUpBounds = { most: 8, network: 2, perSecond: 20, lost: 10_000 }

interface UnderWay {
  readonly network: string
  readonly since: number
}

export function createLookUpBudget(bounds: LookUpBounds = LOOK_UP_BOUNDS): LookUpBudget {
  const underWay = new Map<string, UnderWay>()
  let second = 0
  let begun = 0

  function forgetLost(now: number): void {
    for (const [key, { since }] of underWay) if (Math.abs(now - since) > bounds.lost) underWay.delete(key)
  }

  return {
    take(key, address, now) {
      if (underWay.size > 0) forgetLost(now)
      if (underWay.has(key)) return 'under-way'
      if (underWay.size >= bounds.most) return 'full'
      const network = networkKeyOf(address)
      let own = 0
      for (const other of underWay.values()) if (other.network === network) own++
      if (own >= bounds.network) return 'full'
      const current = Math.floor(now / 1000)
      if (current !== second) {
        second = current
        begun = 0
      }
      if (begun >= bounds.perSecond) return 'full'
      begun++
      underWay.set(key, { network, since: now })
      return 'taken'
    },
    give: (key) => void underWay.delete(key),
    get underWay() {
      return underWay.size
    },
  }
}
