/**
 * How often each network was in the maze, in fixed memory. An isolate knows its own visitors only, so that it may
 * take a crawler that is spread over many of them longer to be noticed; nobody is noticed for another's visits.
 * @module
 */

export interface MazeVisits {
  /** Visits of a network in the last hour, rounded down. */
  of(network: string, now: number): number
  /** Counts one. */
  note(network: string, now: number): void
}

interface Hours {
  readonly hour: number
  /** In this hour and in the one before. */
  readonly visits: number
  readonly before: number
}

const HOUR = 3_600_000
/** Some 100 bytes each. Who comes from more networks than that pushes out those that were seen longest ago. */
const MOST_NETWORKS = 4096

export function createMazeVisits(most: number = MOST_NETWORKS): MazeVisits {
  const networks = new Map<string, Hours>()

  function find(network: string, now: number): Hours {
    const hour = Math.floor(now / HOUR)
    const known = networks.get(network)
    // A clock that was set back goes on in the hour it had.
    if (known === undefined || hour > known.hour + 1) return { hour, visits: 0, before: 0 }
    if (hour === known.hour + 1) return { hour, visits: 0, before: known.visits }
    return known
  }

  return {
    of(network, now) {
      const { hour, visits, before } = find(network, now)
      const passed = Math.min(1, Math.max(0, now / HOUR - hour))
      return visits + Math.floor(before * (1 - passed))
    },
    note(network, now) {
      const { hour, visits, before } = find(network, now)
      // Behind all others, as the last one seen.
      networks.delete(network)
      networks.set(network, { hour, visits: visits + 1, before })
      if (networks.size <= most) return
      for (const oldest of networks.keys()) {
        networks.delete(oldest)
        break
      }
    },
  }
}
