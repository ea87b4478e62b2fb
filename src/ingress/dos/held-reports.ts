/**
 * The last report of each isolate, held until its next: together they say what goes on in a data centre now,
 * whether isolates report every two seconds or every half minute.
 * @module
 */
import {
  LEVELS,
  type Level,
  MAX_ROUTE_SUMS,
  MAX_SIGHTINGS,
  type RouteSums,
  type WatchReport,
} from './watch-protocol.ts'

/** Requests per second of each source, by level. */
export type SourceRates = Readonly<Record<Level, ReadonlyMap<string, number>>>

/** Sums of one route as rates per second. */
export type RouteRates = RouteSums

export interface Traffic {
  /** Requests per second that bans let through. */
  readonly total: number
  readonly sources: SourceRates
  /** By `<host> <route>`. */
  readonly routes: ReadonlyMap<string, RouteRates>
}

export interface HeldReports {
  take(report: WatchReport, now: number): void
  /** What all isolates together see. Forgets those that have stopped reporting. */
  sum(now: number): Traffic
}

/** Isolates whose reports are held; the one that was silent longest gives way. */
export const MAX_ISOLATES = 512
/** A report stands for this many times its own span, and for at least and at most so many milliseconds. */
const HELD_SPANS = 2
const LEAST_HELD = 6000
const MOST_HELD = 240_000
/** A report over less is taken as one over so much: a division by little is no rate. */
const LEAST_SPAN = 500

interface Held {
  readonly report: WatchReport
  /** Factor from sums to rates per second. */
  readonly scale: number
  readonly until: number
}

export function createHeldReports(): HeldReports {
  /** By isolate, in the order of their last reports. */
  const held = new Map<number, Held>()

  return {
    take(report, now) {
      const life = Math.min(MOST_HELD, Math.max(LEAST_HELD, report.span * HELD_SPANS))
      held.delete(report.isolate)
      held.set(report.isolate, {
        report,
        scale: 1000 / Math.max(LEAST_SPAN, report.span),
        until: now + life,
      })
      const [oldest] = held.keys()
      if (held.size > MAX_ISOLATES && oldest !== undefined) held.delete(oldest)
    },
    sum(now) {
      const sources = emptySources()
      const routes = new Map<string, RouteSums>()
      let total = 0
      for (const [isolate, { report, scale, until }] of held) {
        // Later than any life: the clock stepped back since.
        if (until <= now || until > now + MOST_HELD) {
          held.delete(isolate)
          continue
        }
        total += report.requests * scale
        addSightings(sources, report, scale)
        for (const sums of report.routes.slice(0, MAX_ROUTE_SUMS)) addRoute(routes, sums, scale)
      }
      return { total, sources, routes }
    },
  }
}

function emptySources(): Record<Level, Map<string, number>> {
  return { address: new Map(), network: new Map(), asn: new Map(), tls: new Map(), agent: new Map() }
}

function addSightings(
  sources: Record<Level, Map<string, number>>,
  { top }: WatchReport,
  scale: number,
): void {
  for (const { level, key, count } of top.slice(0, MAX_SIGHTINGS * LEVELS.length)) {
    // A newer isolate may tell of levels that are not known here yet.
    const rates: Map<string, number> | undefined = sources[level]
    rates?.set(key, (rates.get(key) ?? 0) + count * scale)
  }
}

/** Routes that are told apart in one data centre. */
const MAX_ROUTES = 1024

function addRoute(routes: Map<string, RouteSums>, sums: RouteSums, scale: number): void {
  // Who asks for what no route serves is answered here: nothing needs to be protected from that.
  if (sums.route === '') return
  const name = `${sums.host} ${sums.route}`
  const known = routes.get(name)
  if (known === undefined && routes.size >= MAX_ROUTES) return
  routes.set(name, {
    host: sums.host,
    route: sums.route,
    requests: (known?.requests ?? 0) + sums.requests * scale,
    denied: (known?.denied ?? 0) + sums.denied * scale,
    origin: (known?.origin ?? 0) + sums.origin * scale,
    errors: (known?.errors ?? 0) + sums.errors * scale,
  })
}
