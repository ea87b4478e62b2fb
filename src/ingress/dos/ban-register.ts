/**
 * Who is banned, and who is pardoned: what operators, limits and detection say of a source, put together.
 * @module
 */
import { escalate, prolong } from './ban-escalation.ts'
import { createBanSources, type Source } from './ban-sources.ts'
import { givesWay } from './ban-strength.ts'
import { MAX_PARDONS, type Pardon } from './orders-exchange.ts'
import type { Ban } from './watch-protocol.ts'

export interface BanRegister {
  /** In force at `now`: an operator's first, then those that last longest. */
  list(now: number): readonly Ban[]
  pardons(now: number): readonly Pardon[]
  /** An operator's ban: takes the place of any other of the source, and ends its pardon. */
  order(ban: Ban, now: number): Ban
  /**
   * A ban that was given without an operator. A source that comes again stays longer, up to `longest`
   * milliseconds.
   * @returns Whether anything changed: not for the pardoned, and not where an operator's ban is in force.
   */
  report(ban: Ban, longest: number, now: number): boolean
  /** Ends a ban, forgets its strikes, and keeps the source from being banned by itself for PARDON. */
  lift(source: Pick<Source, 'level' | 'key'>, now: number): Ban | undefined
  /** Takes back what was remembered. */
  restore(source: Source, now: number): void
  /** Names of the sources that have changed since the last call, with what is known of them now. */
  drain(): ReadonlyMap<string, Source | undefined>
}

/** Milliseconds that strikes are remembered for, after the end of the ban. */
export const MEMORY: number = 24 * 3_600_000
/** Milliseconds for which an operator's word holds against detection and limits. */
export const PARDON = 600_000

export function createBanRegister(): BanRegister {
  const sources = createBanSources()

  function enter(ban: Ban, now: number): boolean {
    if (sources.get(ban)?.ban === undefined && !sources.makeRoom(ban.by, now)) return false
    const { level, key, id, strikes, until } = ban
    sources.put({ level, key, ban, lastId: id, strikes, forgetAt: until + MEMORY, pardonedUntil: 0 })
    return true
  }

  return {
    list(now) {
      const bans = sources.list().flatMap(({ ban }) => (ban && ban.until > now ? [ban] : []))
      return bans.sort((a, b) => (givesWay(a, b) ? 1 : givesWay(b, a) ? -1 : 0))
    },
    pardons: (now) => listPardons(sources.list(), now),
    order(ban, now) {
      const ordered = { ...ban, strikes: strikesOf(sources.get(ban), now) + 1 }
      enter(ordered, now)
      return ordered
    },
    report(ban, longest, now) {
      const source = sources.get(ban)
      if (ban.until <= now || (source?.pardonedUntil ?? 0) > now) return false
      const current = currentOf(source, now)
      if (current === undefined) {
        const before = strikesOf(source, now) - Number(source?.lastId === ban.id)
        return enter(escalate(ban, before + 1, longest, now), now)
      }
      if (current.by === 'operator') return false
      const prolonged = prolong(current, ban)
      return prolonged !== current && enter(prolonged, now)
    },
    lift({ level, key }, now) {
      const source = sources.get({ level, key })
      if (source === undefined) sources.makeRoom(undefined, now)
      const pardonedUntil = now + PARDON
      sources.put({ level, key, lastId: '', strikes: 0, forgetAt: pardonedUntil, pardonedUntil })
      return currentOf(source, now)
    },
    restore: (source, now) => sources.restore(source, now),
    drain: () => sources.drain(),
  }
}

function currentOf(source: Source | undefined, now: number): Ban | undefined {
  return source?.ban !== undefined && source.ban.until > now ? source.ban : undefined
}

function strikesOf(source: Source | undefined, now: number): number {
  return source !== undefined && now < source.forgetAt ? source.strikes : 0
}

/** The latest ones. */
function listPardons(sources: readonly Source[], now: number): readonly Pardon[] {
  return sources
    .filter(({ pardonedUntil }) => pardonedUntil > now)
    .map(({ level, key, pardonedUntil }) => ({ level, key, until: pardonedUntil }))
    .sort((a, b) => b.until - a.until)
    .slice(0, MAX_PARDONS)
}
