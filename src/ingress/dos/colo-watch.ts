/**
 * The watch of one data centre: puts the reports of its isolates together, knows what is usual, and says who is
 * to be banned and which routes are under attack. Without I/O; whoever owns it calls `tick` when reports come.
 *
 * It does not ask who an operator has allowed or pardoned: whoever keeps the bans knows the pardons, and an allow list
 * keeps nobody from being banned.
 * @module
 */
import { ATTACK_TICK, type AttackWatch, createAttackWatch } from './attack-watch.ts'
import { describeCulprit } from './describe-culprit.ts'
import { createHeldReports, type Traffic } from './held-reports.ts'
import { findCulprits, isSurge } from './ladder.ts'
import { readSavedWatch, type SavedWatch } from './saved-watch.ts'
import { createUsualRates, learningRate, type UsualRates } from './usual-rates.ts'
import { createVerdicts } from './verdicts.ts'
import {
  type AttackState,
  type Ban,
  LEVELS,
  type Level,
  type WatchReport,
  type WatchSettings,
} from './watch-protocol.ts'

export interface Findings {
  /** Sources found since the last tick: to be banned from now on. */
  readonly bans: readonly Ban[]
  /** All routes under attack; each ends at its `until` unless it is told again. */
  readonly attacks: readonly AttackState[]
}

export interface ColoWatch {
  take(report: WatchReport, now: number): void
  /** Judges what the reports say. Does nothing, and answers `undefined`, within WATCH_TICK of the last time. */
  tick(now: number): Findings | undefined
  /**
   * What has been learned, as text of at most 64 KiB to be given to the next `createColoWatch`: without it, a
   * watch that was away learns for a minute before it judges. `undefined` within SAVE_AFTER of the last time.
   */
  save(now: number): string | undefined
}

export interface ColoWatchOptions {
  /** 16 random hex digits, for a new ban. */
  readonly drawId: () => string
  /** What `save` gave; anything else is ignored. */
  readonly saved?: string | undefined
}

/** Milliseconds between two judgements. */
export const WATCH_TICK = 2000
/** Milliseconds of reports that have to have been seen before anything is judged. */
export const WARM_UP = 60_000
/**
 * Milliseconds of them in which a surge is learned like everything else: until all isolates have been heard, each
 * that comes looks like one. Later it would have its share taken for usual, and would be protected by that.
 */
const TRUSTING = WARM_UP / 2
/** Milliseconds after a ban in which no wider level is acted on: reports without the banned have to come first. */
export const SETTLING = 8000
/** Milliseconds between two texts to be saved, also across sleep. */
export const SAVE_AFTER = 60_000
/** Longest time between two ticks that counts as time of learning. */
const LONGEST_SPAN = 30_000
/** Sources of a level whose usual rate is known. */
const MAX_USUAL = 256
const MAX_SAVED = { sources: 64, routes: 64 }

const NARROW: readonly Level[] = ['address', 'network']

export function createColoWatch({ drawId, saved }: ColoWatchOptions): ColoWatch {
  const reports = createHeldReports()
  const attacks = createAttackWatch()
  const verdicts = createVerdicts(drawId)
  const usual = createUsual()
  let settings: WatchSettings | undefined
  let usualTotal = 0
  let age = 0
  let tickedAt = 0
  let attackTickedAt = 0
  let savedAt = 0

  const before = saved === undefined ? undefined : readSavedWatch(saved)
  if (before) {
    usualTotal = before.total
    age = before.age
    tickedAt = before.at
    savedAt = before.at
    for (const level of LEVELS) usual[level].restore(before.levels[level])
    attacks.restore(before.routes)
  }

  function detect(traffic: Traffic, asked: WatchSettings, now: number): readonly Ban[] {
    const { detection } = asked
    const rates = verdicts.withoutBanned(traffic, now)
    const surging = isSurge(rates.total, usualTotal, detection)
    const culprits =
      surging && age >= WARM_UP && detection.mode !== 'off'
        ? findCulprits(
            {
              total: rates.total,
              usual: usualTotal,
              rates: (level) => rates.sources[level],
              usualRate: (level, key) => usual[level].rateOf(key),
            },
            detection,
            verdicts.foundAt + SETTLING > now ? NARROW : LEVELS,
          )
        : []
    learn(rates, surging, now)
    return culprits.map((culprit) =>
      verdicts.ban(culprit, describeCulprit(culprit, rates.total), detection, now),
    )
  }

  function learn(rates: Traffic, surging: boolean, now: number): void {
    const span = Math.min(LONGEST_SPAN, Math.max(0, now - tickedAt))
    const learning = learningRate(span, age, surging && age >= TRUSTING)
    usualTotal += (rates.total - usualTotal) * learning
    for (const level of LEVELS) usual[level].learn(rates.sources[level], learning)
    age += span
  }

  return {
    take(report, now) {
      settings = report.settings
      reports.take(report, now)
    },
    tick(now) {
      if (settings === undefined) return undefined
      // A clock that stepped back starts anew.
      if (now >= tickedAt && now - tickedAt < WATCH_TICK) return undefined
      if (tickedAt === 0 || now < tickedAt) tickedAt = now
      const traffic = reports.sum(now)
      const isSurging = isSurge(traffic.total, usualTotal, settings.detection)
      const bans = detect(traffic, settings, now)
      tickedAt = now
      if (now - attackTickedAt >= ATTACK_TICK || now < attackTickedAt) {
        attackTickedAt = now
        if (settings.attack_mode.mode !== 'off')
          attacks.tick(traffic.routes, settings.attack_mode, { isWarm: age >= WARM_UP, isSurging }, now)
      }
      return { bans, attacks: settings.attack_mode.mode === 'off' ? [] : attacks.list(now) }
    },
    save(now) {
      if (now >= savedAt && now - savedAt < SAVE_AFTER) return undefined
      savedAt = now
      return JSON.stringify(snapshot(usual, attacks, { at: tickedAt, age, total: usualTotal }))
    },
  }
}

function createUsual(): Readonly<Record<Level, UsualRates>> {
  return {
    address: createUsualRates(MAX_USUAL),
    network: createUsualRates(MAX_USUAL),
    asn: createUsualRates(MAX_USUAL),
    tls: createUsualRates(MAX_USUAL),
    agent: createUsualRates(MAX_USUAL),
  }
}

function snapshot(
  usual: Readonly<Record<Level, UsualRates>>,
  attacks: AttackWatch,
  { at, age, total }: Pick<SavedWatch, 'at' | 'age' | 'total'>,
): SavedWatch {
  const of = (level: Level): SavedWatch['levels'][Level] =>
    usual[level].list(MAX_SAVED.sources).map(([key, rate]) => [key, round(rate)] as const)
  return {
    format: 1,
    at,
    age,
    total: round(total),
    levels: {
      address: of('address'),
      network: of('network'),
      asn: of('asn'),
      tls: of('tls'),
      agent: of('agent'),
    },
    routes: attacks
      .save(MAX_SAVED.routes)
      .map(([host, route, mean, variance]) => [host, route, round(mean), round(variance)] as const),
  }
}

function round(rate: number): number {
  return Math.round(rate * 1000) / 1000
}
