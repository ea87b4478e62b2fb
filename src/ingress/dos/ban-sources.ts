/**
 * The sources that are banned, remembered or pardoned: a bounded table that knows what of it has to be written.
 * @module
 */
import { givesWay } from './ban-strength.ts'
import { sourceOf } from './orders-exchange.ts'
import { type Ban, type Level, MAX_BANS } from './watch-protocol.ts'

/** What is known of a source that was banned once. */
export interface Source {
  readonly level: Level
  readonly key: string
  readonly ban?: Ban
  /** The last ban's, also after its end. */
  readonly lastId: string
  readonly strikes: number
  /** Milliseconds since the epoch at which the strikes are forgotten. */
  readonly forgetAt: number
  readonly pardonedUntil: number
}

export interface BanSources {
  get(source: Pick<Source, 'level' | 'key'>): Source | undefined
  list(): readonly Source[]
  /** To be called with room for it: see `makeRoom`. */
  put(source: Source): void
  /**
   * Makes room for one more source, and for its ban if there is to be one. Bans that end soonest give way, an
   * operator's to an operator's only.
   * @returns Whether there is room.
   */
  makeRoom(by: Ban['by'] | undefined, now: number): boolean
  /** Takes back what was written; what is over, or too much, is to be written as forgotten. */
  restore(source: Source, now: number): void
  /** Names of the sources that have changed since the last call, with what is known of them now. */
  drain(): ReadonlyMap<string, Source | undefined>
}

/** Sources that are known, banned or not. */
const MAX_SOURCES: number = 2 * MAX_BANS
/** Milliseconds between two looks for what is over: always, and when the table is full. */
const TIDY = 10_000
const TIDY_FULL = 1000

export function createBanSources(): BanSources {
  const sources = new Map<string, Source>()
  const changed = new Set<string>()
  let banned = 0
  let tidiedAt = 0

  function put(source: Source): void {
    const name = sourceOf(source)
    banned += Number(source.ban !== undefined) - Number(sources.get(name)?.ban !== undefined)
    sources.set(name, source)
    changed.add(name)
  }

  function forget(name: string): void {
    banned -= Number(sources.get(name)?.ban !== undefined)
    sources.delete(name)
    changed.add(name)
  }

  const isFull = (): boolean => banned >= MAX_BANS || sources.size >= MAX_SOURCES

  function tidy(now: number): void {
    const since = Math.abs(now - tidiedAt)
    if (since < (isFull() ? TIDY_FULL : TIDY)) return
    tidiedAt = now
    for (const [name, source] of sources) {
      const hasEnded = source.ban === undefined || source.ban.until <= now
      if (hasEnded && source.forgetAt <= now && source.pardonedUntil <= now) forget(name)
      else if (source.ban !== undefined && hasEnded) put(withoutBan(source))
    }
  }

  return {
    put,
    get: (source) => sources.get(sourceOf(source)),
    list: () => [...sources.values()],
    makeRoom(by, now) {
      tidy(now)
      if (sources.size >= MAX_SOURCES) {
        const first = findFirst(sources, ({ ban }) => ban === undefined, isForgottenSooner)
        if (first) forget(sourceOf(first))
      }
      if (by === undefined || banned < MAX_BANS) return true
      const first = findFirst(sources, ({ ban }) => ban !== undefined, endsSooner)
      if (first?.ban === undefined || (first.ban.by === 'operator' && by !== 'operator')) return false
      put(withoutBan(first))
      return true
    },
    restore(source, now) {
      const name = sourceOf(source)
      const isOver = source.forgetAt <= now && source.pardonedUntil <= now
      if (isOver || sources.size >= MAX_SOURCES) changed.add(name)
      else if (banned >= MAX_BANS || (source.ban !== undefined && source.ban.until <= now))
        put(withoutBan(source))
      else {
        put(source)
        changed.delete(name)
      }
    },
    drain() {
      const drained = new Map([...changed].map((name) => [name, sources.get(name)] as const))
      changed.clear()
      return drained
    },
  }
}

function withoutBan({ ban: _, ...rest }: Source): Source {
  return rest
}

const isForgottenSooner = (a: Source, b: Source): boolean => a.forgetAt < b.forgetAt

const endsSooner = (a: Source, b: Source): boolean =>
  a.ban !== undefined && b.ban !== undefined && givesWay(a.ban, b.ban)

function findFirst(
  sources: ReadonlyMap<string, Source>,
  fits: (source: Source) => boolean,
  isBefore: (a: Source, b: Source) => boolean,
): Source | undefined {
  let first: Source | undefined
  for (const source of sources.values()) {
    if (fits(source) && (first === undefined || isBefore(source, first))) first = source
  }
  return first
}
