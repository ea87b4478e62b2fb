/**
 * What became of the requests of each route since the last report.
 * @module
 */
import { MAX_ROUTE_SUMS, type RouteSums } from './watch-protocol.ts'

/** Sums of one route that are still being added to. */
export interface OpenSums {
  readonly host: string
  readonly route: string
  requests: number
  denied: number
  origin: number
  errors: number
}

export interface RouteTable {
  /** The sums of a host's route. When there are too many hosts, those of the route on all other hosts. */
  find(host: string, route: string): OpenSums
  /** All sums that are not empty; starts anew. */
  drain(): readonly RouteSums[]
}

/**
 * Hosts come from clients where a route takes any, so they are bounded: what finds no place is counted with the
 * empty host, and when even that is full, as no route's.
 */
export function createRouteTable(): RouteTable {
  let byRoute = new Map<string, Map<string, OpenSums>>()
  let count = 0
  let last: OpenSums | undefined

  function open(host: string, route: string): OpenSums {
    const sums = { host, route, requests: 0, denied: 0, origin: 0, errors: 0 }
    const hosts = byRoute.get(route) ?? new Map<string, OpenSums>()
    byRoute.set(route, hosts)
    hosts.set(host, sums)
    count++
    return sums
  }

  function locate(host: string, route: string): OpenSums {
    const hosts = byRoute.get(route)
    const known = hosts?.get(host)
    if (known) return known
    if (count < MAX_ROUTE_SUMS / 2) return open(host, route)
    const others = hosts?.get('')
    if (others) return others
    if (count < MAX_ROUTE_SUMS - 1) return open('', route)
    return byRoute.get('')?.get('') ?? open('', '')
  }

  return {
    find(host, route) {
      if (last !== undefined && last.host === host && last.route === route) return last
      last = locate(host, route)
      return last
    },
    drain() {
      const all = [...byRoute.values()].flatMap((hosts) => [...hosts.values()])
      byRoute = new Map()
      count = 0
      last = undefined
      return all
    },
  }
}
