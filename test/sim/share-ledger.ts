/**
 * What isolates let through, by window.
 * @module
 */

/** One isolate's part of one window. */
export interface Share {
  admitted: number
  /** Fewest isolates that it thought there were. */
  known: number
  /** It was asked at least once. */
  takesPart: boolean
  /** It decided on its own, as it did not reach the shard. */
  hasFailed: boolean
}

/** One window of the key, and what its bound is made of. */
export interface WindowSum extends BoundParts {
  readonly window: number
  readonly admitted: number
  /** Isolates that took part; one that restarts, or goes back to the window, takes part again. */
  readonly isolates: number
}

interface BoundParts {
  readonly bound: number
  /** Sum over the isolates of allowance, grace and one. */
  readonly slack: number
  /** What the shard has forgotten. */
  readonly forgotten: number
  /** What isolates may add on their own. */
  readonly failed: number
}

export interface ShareLedger {
  open(window: number): Share
  addUp(bound: (window: number, shares: readonly Share[]) => BoundParts): readonly WindowSum[]
}

export function createShareLedger(): ShareLedger {
  const windows = new Map<number, Share[]>()
  return {
    open(window) {
      const share = { admitted: 0, known: Number.POSITIVE_INFINITY, takesPart: false, hasFailed: false }
      const shares = windows.get(window)
      if (shares) shares.push(share)
      else windows.set(window, [share])
      return share
    },
    addUp(bound) {
      const sums = [...windows].map(([window, all]) => {
        const shares = all.filter(({ takesPart }) => takesPart)
        const admitted = shares.reduce((sum, share) => sum + share.admitted, 0)
        return { window, admitted, isolates: shares.length, ...bound(window, shares) }
      })
      return sums.filter(({ isolates }) => isolates > 0).sort((a, b) => a.window - b.window)
    },
  }
}
