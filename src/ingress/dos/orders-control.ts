/**
 * What holds in the whole deployment: bans and attack states of all data centres, and what operators say.
 * @module
 */
import { type BanRegister, createBanRegister } from './ban-register.ts'
import type { BanRequest } from './ban-request.ts'
import type { Source } from './ban-sources.ts'
import { createAttackRegister, type Override } from './orders-attack-register.ts'
import { type ControlAnswer, type ControlReport, MAX_REPORTED } from './orders-exchange.ts'
import type { OverrideRequest } from './orders-override.ts'
import type { AttackState, Ban, Orders } from './watch-protocol.ts'

export interface ControlChanges {
  /** By name; `undefined` for those that are forgotten. */
  readonly sources: ReadonlyMap<string, Source | undefined>
  readonly overrides: ReadonlyMap<string, Override | undefined>
}

export interface Control {
  /** Takes a data centre's report and tells it what holds, when that is news. */
  report(report: ControlReport, now: number): ControlAnswer
  orders(now: number): Orders
  ban(request: BanRequest, now: number): Ban
  /** Bans whose id or key that is. Without one, what could be a key is pardoned all the same. */
  lift(target: LiftTarget, now: number): readonly Ban[]
  override(request: OverrideRequest, now: number): AttackState
  /** Leaves a route to detection again; `undefined` when it was. */
  release(host: string, route: string, now: number): AttackState | undefined
  /** What has to be written since the last call. */
  drain(): ControlChanges
  restore(stored: { sources: readonly Source[]; overrides: readonly Override[] }, now: number): void
}

export type LiftTarget = { readonly id: string } | { readonly level: Ban['level']; readonly key: string }

export interface ControlOptions {
  /** 16 hex digits, each time others. */
  readonly drawId: () => string
}

/** Milliseconds between the last revision of one life and the first of the next. */
const MARGIN = 10_000
/** Milliseconds that a limit's offender can be banned for at most, who comes again and again. */
const LONGEST_OF_LIMITS: number = 24 * 3_600_000

export function createControl({ drawId }: ControlOptions): Control {
  const bans = createBanRegister()
  const attacks = createAttackRegister()
  let revision = 0

  /**
   * Revisions are times, or the one after the last: so they rise without being stored, also after the object
   * has lost its memory.
   */
  function change(now: number): void {
    revision = Math.max(revision + 1, now)
  }

  function orders(now: number): Orders {
    return { revision, basis: revision, bans: bans.list(now), attacks: attacks.list(now) }
  }

  return {
    orders,
    report(report, now) {
      if (revision === 0) change(now)
      let isNews = attacks.report(report.colo, report.attacks, now)
      for (const ban of report.bans.slice(0, MAX_REPORTED))
        isNews = bans.report(ban, ban.by === 'limit' ? LONGEST_OF_LIMITS : report.longest, now) || isNews
      if (isNews) change(now)
      const pardons = bans.pardons(now)
      return report.revision === revision ? { pardons } : { orders: orders(now), pardons }
    },
    ban({ level, key, action, seconds, reason }, now) {
      change(now)
      const until = now + seconds * 1000
      return bans.order(
        { id: drawId(), level, key, action, created: now, until, reason, by: 'operator', strikes: 1 },
        now,
      )
    },
    lift(target, now) {
      const lifted = liftFrom(bans, target, now)
      change(now)
      return lifted
    },
    override(request, now) {
      change(now)
      return attacks.override(request, now)
    },
    release(host, route, now) {
      const released = attacks.release(host, route, now)
      if (released) change(now)
      return released
    },
    drain: () => ({ sources: bans.drain(), overrides: attacks.drain() }),
    restore({ sources, overrides }, now) {
      for (const source of sources) bans.restore(source, now)
      for (const override of overrides) attacks.restore(override, now)
      // The revisions before may have run ahead of the clock.
      change(now + MARGIN)
    },
  }
}

function liftFrom(bans: BanRegister, target: LiftTarget, now: number): readonly Ban[] {
  if ('key' in target) {
    const lifted = bans.lift(target, now)
    return lifted ? [lifted] : []
  }
  const named = bans.list(now).filter(({ id }) => id === target.id)
  for (const ban of named) bans.lift(ban, now)
  return named
}
