/**
 * What a data centre has found and control has not heard of: it holds there meanwhile.
 * @module
 */
import { isStronger } from './ban-strength.ts'
import { type Pardon, sourceOf } from './orders-exchange.ts'
import { isBan } from './orders-shape.ts'
import { type Ban, MAX_OFFENDERS, type Offender } from './watch-protocol.ts'

/** What control has said. */
export interface Spoken {
  readonly bans: readonly Ban[]
  readonly pardons: readonly Pardon[]
}

export interface LocalBans {
  readonly size: number
  list(): readonly Ban[]
  has(ban: Ban): boolean
  /** Takes bans that control has said nothing of. @returns Whether there were any. */
  enter(bans: readonly Ban[], spoken: Spoken, now: number): boolean
  /** Control knows of them now, or does not want them: its word holds from here on. */
  settle(sent: readonly Ban[]): void
}

/** The oldest give way. */
const MAX_LOCAL = 1024
/** Milliseconds by which two findings of the same may differ: several isolates report one offender. */
const SLACK = 5000

export function createLocalBans(): LocalBans {
  const local = new Map<string, Ban>()

  function isSettled(ban: Ban, { bans, pardons }: Spoken, now: number): boolean {
    const name = sourceOf(ban)
    if (pardons.some((pardon) => pardon.until > now && sourceOf(pardon) === name)) return true
    const known = local.get(name) ?? bans.find((other) => sourceOf(other) === name)
    if (known === undefined || known.until <= now) return false
    return known.by === 'operator' || (known.until >= ban.until - SLACK && !isStronger(ban, known))
  }

  return {
    get size() {
      return local.size
    },
    list: () => [...local.values()],
    has: (ban) => local.has(sourceOf(ban)),
    enter(bans, spoken, now) {
      const fresh = bans.filter((ban) => !isSettled(ban, spoken, now))
      for (const ban of fresh) {
        const [oldest] = local.keys()
        if (local.size >= MAX_LOCAL && oldest !== undefined) local.delete(oldest)
        local.set(sourceOf(ban), ban)
      }
      return fresh.length > 0
    },
    settle(sent) {
      for (const ban of sent) if (local.get(sourceOf(ban)) === ban) local.delete(sourceOf(ban))
    },
  }
}

/** Offenders of limits, to be kept out of everything. Strikes are control's to count. */
export function banOffenders(
  offenders: readonly Offender[],
  drawId: () => string,
  now: number,
): readonly Ban[] {
  const bans = offenders.slice(0, MAX_OFFENDERS).map(
    ({ address, rule, timeout }): Ban => ({
      id: drawId(),
      level: 'address',
      key: address,
      action: 'block',
      created: now,
      until: now + timeout * 1000,
      reason: `Refused by ${rule} again and again.`,
      by: 'limit',
      strikes: 1,
    }),
  )
  return bans.filter(isBan)
}
