/**
 * What an isolate sees of its traffic, in fixed memory: who asks most, what becomes of it, who should be banned.
 * In peace most requests only raise two counters.
 * @module
 */
import type { LimitModel, PolicyModel } from '../../bundle/model.ts'
import { capMode } from '../../http/decision.ts'
import type { RequestFacts } from '../../http/facts.ts'
import { countingKey } from '../../net/address.ts'
import type { Offence } from '../limits/limit-check.ts'
import { createReportPace } from './report-pace.ts'
import { createRouteTable } from './route-sums.ts'
import { createSightings } from './sightings.ts'
import {
  MAX_OFFENDERS,
  type Offender,
  type Orders,
  type WatchReport,
  type WatchSettings,
} from './watch-protocol.ts'

/** What became of one request. */
export interface Seen {
  /** A ban kept it out: it only makes reports come sooner. */
  readonly isBanned?: boolean
  /** Refused by a limit or a ban. */
  readonly isDenied: boolean
  /** The edge's own business: its sender may flood, and no route is attacked by it. */
  readonly isOwn?: boolean
}

export interface Watch {
  /** Takes what a policy asks of the watch. Of several policies at the same time, the last one holds. */
  adopt(policy: PolicyModel): void
  /**
   * Counts one request, when it is known whether it goes on. What the origin answers is told by `answered`.
   * @param route Id of the route, empty when there is none.
   */
  see(facts: RequestFacts, route: string, seen: Seen, offence: Offence | undefined, now: number): void
  /** Counts one answer of the origin. @param hasFailed It was 5xx, or did not come. */
  answered(host: string, route: string, hasFailed: boolean): void
  /** Whether a report should go now. */
  due(now: number): boolean
  /** The report, and a new start. @param revision That of the last orders. */
  drain(now: number, revision: number): WatchReport
  /** A report did not arrive: whom limits want banned is told with the next one. Its sums are given up. */
  undelivered(report: WatchReport): void
  /** New orders: after a ban, and while a route is under attack, reports go more often. */
  heard(orders: Orders): void
}

export interface WatchOptions {
  /** Tells isolates of a data centre apart: random 32 bits. */
  readonly isolate: number
  /** A number from 0 up to 1, as `Math.random`. */
  readonly random: () => number
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Milliseconds after a ban in which who floods may send from elsewhere. */
const AFTERMATH = 60_000

/** Until a policy is adopted, nothing is a surge. */
const NO_SETTINGS: WatchSettings = {
  detection: {
    mode: 'off',
    min_rate: 1_000_000,
    factor: 1000,
    explains: 100,
    timeout: 10,
    max_timeout: 10,
    wide_action: 'log',
  },
  attack_mode: { mode: 'off', factor: 1000, min_rate: 1_000_000, error_share: 100, quiet: 30, action: 'log' },
}

export function createWatch({ isolate, random, now: start }: WatchOptions): Watch {
  const pace = createReportPace(start)
  const routes = createRouteTable()
  const sightings = createSightings(random)
  let settings = NO_SETTINGS
  let bans: ReadonlyMap<string, NonNullable<LimitModel['ban']>> = new Map()
  let offenders = new Map<string, Offender>()
  /** Some of them have not been told yet. */
  let isUrgent = false
  let requests = 0
  /** Requests until the next one that is looked at. */
  let skip = 0

  /** Whether that is news. */
  function note(offender: Offender): boolean {
    const known = offenders.get(offender.address)
    if (known ? known.timeout >= offender.timeout : offenders.size >= MAX_OFFENDERS) return false
    offenders.set(offender.address, offender)
    return true
  }

  function accuse({ client }: RequestFacts, { rule, strikes }: Offence): void {
    const ban = bans.get(rule)
    if (ban === undefined || strikes < ban.after || client.address === undefined) return
    if (note({ address: countingKey(client.address), rule, timeout: ban.timeout })) isUrgent = true
  }

  return {
    adopt(policy) {
      settings = settingsOf(policy)
      bans = bansOf(policy)
      pace.setMinRate(settings.detection.min_rate)
    },
    see(facts, route, seen, offence, now) {
      pace.count(now)
      if (offence !== undefined) accuse(facts, offence)
      // Who is banned harms no route: else one that goes on would have its visitors challenged for as long.
      if (seen.isBanned) return
      if (seen.isOwn !== true) {
        const sums = routes.find(facts.host.name, route)
        sums.requests++
        if (seen.isDenied) sums.denied++
      }
      requests++
      if (skip > 0) {
        skip--
        return
      }
      const { weight } = pace
      // On average one in `weight`; at random, so that nobody can send between the looks.
      skip = weight === 1 ? 0 : Math.floor(random() * (2 * weight - 1))
      sightings.add(facts, weight)
    },
    answered(host, route, hasFailed) {
      const sums = routes.find(host, route)
      sums.origin++
      if (hasFailed) sums.errors++
    },
    due: (now) => pace.due(now, isUrgent),
    drain(now, revision) {
      const report: WatchReport = {
        isolate,
        settings,
        span: pace.restart(now),
        requests,
        top: sightings.drain(requests, pace.weight),
        routes: routes.drain(),
        offenders: [...offenders.values()],
        revision,
      }
      requests = 0
      offenders = new Map()
      isUrgent = false
      return report
    },
    undelivered(report) {
      for (const offender of report.offenders) note(offender)
    },
    heard: ({ bans: ordered, attacks }) => {
      const ends = ordered.filter(({ by }) => by === 'detection').map(({ created }) => created + AFTERMATH)
      const isAttacked = attacks.some(({ state, by }) => state === 'on' && by === 'detection')
      pace.obey(isAttacked ? Number.POSITIVE_INFINITY : Math.max(0, ...ends))
    },
  }
}

function settingsOf({ dos, settings }: PolicyModel): WatchSettings {
  const { detection, attack_mode } = dos
  const most = settings.stages.dos
  return {
    detection: { ...detection, mode: capMode(detection.mode, most) },
    attack_mode: { ...attack_mode, mode: capMode(attack_mode.mode, most) },
  }
}

/** Bans that limits ask for, by the rule of the limit. A limit that is only tried out bans nobody. */
function bansOf({ dos, settings, limits }: PolicyModel): Map<string, NonNullable<LimitModel['ban']>> {
  const { stages } = settings
  if (capMode(dos.bans.mode, stages.dos) === 'off') return new Map()
  return new Map(
    limits.flatMap(({ id, mode, ban }) =>
      ban && capMode(mode, stages.limits) === 'enforce' ? [[`limits.${id}`, ban] as const] : [],
    ),
  )
}
