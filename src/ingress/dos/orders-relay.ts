/**
 * Between the isolates of a data centre and control: what the watch there finds holds there at once, and
 * everywhere as soon as control has heard of it.
 * @module
 */
import { awaitWithin, type Timer } from '../limits/deadline.ts'
import type { ColoWatch } from './colo-watch.ts'
import { describeAttacks, mergeAttacks } from './orders-attacks.ts'
import { type ControlAnswer, type ControlReport, MAX_REPORTED, type Pardon } from './orders-exchange.ts'
import { banOffenders, createLocalBans } from './orders-local.ts'
import { type AttackState, type Ban, MAX_BANS, type Orders, type WatchReport } from './watch-protocol.ts'

export interface RelayOptions {
  readonly colo: string
  readonly watch: Pick<ColoWatch, 'take' | 'tick'>
  /** 16 hex digits, each time others. */
  readonly drawId: () => string
  /** Rejects when control cannot be reached. */
  readonly callControl: (report: ControlReport) => Promise<ControlAnswer>
  readonly timer: Timer
  /** Gets the number of failures in a row, at each. */
  readonly onFailure: (failures: number) => void
}

export interface OrdersRelay {
  /** What holds now; `undefined` when that is what the isolate has, or when nothing is known. Never rejects. */
  exchange(report: WatchReport, now: number): Promise<Orders | undefined>
}

/** Milliseconds between two calls of control while something is going on, and in peace. */
const BUSY = 2000
const QUIET = 5000
/** Milliseconds that a report waits for control when nothing was ever heard of it. */
const FIRST_PATIENCE = 1000
/** Milliseconds after which a call of control is given up. */
const PATIENCE = 10_000

const NOTHING_HELD: Orders = { revision: 0, basis: 0, bans: [], attacks: [] }

export function createOrdersRelay(options: RelayOptions): OrdersRelay {
  const { colo, watch, drawId, callControl, timer, onFailure } = options
  const local = createLocalBans()
  let found: readonly AttackState[] = []
  let heard: Orders = NOTHING_HELD
  let pardons: readonly Pardon[] = []
  let orders: Orders = NOTHING_HELD
  let call: Promise<unknown> | undefined
  let hasHeard = false
  let [calledAt, longest, failures] = [0, 0, 0]

  /** Revisions are times, or the one after the last: they rise also after the object has lost its memory. */
  function rebuild(now: number): void {
    const others = heard.bans.filter((ban) => !local.has(ban))
    const bans = [...local.list(), ...others].filter(({ until }) => until > now)
    orders = {
      revision: Math.max(orders.revision + 1, now),
      basis: heard.basis ?? 0,
      bans: bans.slice(0, MAX_BANS),
      attacks: mergeAttacks(heard.attacks, found),
      ...(hasHeard ? {} : { isPartial: true }),
    }
  }

  /** Whether anything has changed that control should hear of now. */
  function look(report: WatchReport, now: number): boolean {
    watch.take(report, now)
    const findings = watch.tick(now)
    const bans = [...banOffenders(report.offenders, drawId, now), ...(findings?.bans ?? [])]
    let hasNews = local.enter(bans, { bans: heard.bans, pardons }, now)
    if (findings) {
      hasNews ||= describeAttacks(findings.attacks) !== describeAttacks(found)
      found = findings.attacks
    }
    if (hasNews) rebuild(now)
    return hasNews
  }

  function take(answer: ControlAnswer, sent: readonly Ban[], now: number): void {
    failures = 0
    pardons = answer.pardons
    local.settle(sent)
    if (answer.orders) heard = answer.orders
    const isNews = answer.orders !== undefined || sent.length > 0 || !hasHeard
    hasHeard = true
    if (isNews) rebuild(now)
  }

  function startCall(now: number): void {
    calledAt = now
    const bans = local.list().slice(0, MAX_REPORTED)
    const report: ControlReport = { colo, revision: heard.revision, bans, longest, attacks: found }
    const own = callControl(report)
      .then(
        (answer) => {
          if (call === own) take(answer, bans, Math.max(now, calledAt))
        },
        () => onFailure(++failures),
      )
      .finally(() => {
        if (call === own) call = undefined
      })
    call = own
  }

  function isDue(hasNews: boolean, now: number): boolean {
    const since = Math.abs(now - calledAt)
    if (call !== undefined) return since >= PATIENCE
    if (hasNews && failures === 0) return true
    const isBusy = failures === 0 && (local.size > 0 || orders.bans.length > 0 || orders.attacks.length > 0)
    return since >= (isBusy ? BUSY : QUIET)
  }

  return {
    async exchange(report, now) {
      longest = report.settings.detection.max_timeout * 1000
      const hasNews = look(report, now)
      if (isDue(hasNews, now)) startCall(now)
      // Isolates hold what they heard before this object began: nothing takes that from them but knowledge.
      if (!hasHeard && call) await awaitWithin(call, FIRST_PATIENCE, timer, () => {})
      if (!hasHeard && local.size === 0 && found.length === 0) return undefined
      return report.revision === orders.revision ? undefined : orders
    },
  }
}
