/**
 * The bans that the watch of a data centre has given: what they keep out no longer counts, and who comes back
 * stays out longer.
 * @module
 */
import type { DetectionModel } from '../../bundle/dos-model.ts'
import type { Traffic } from './held-reports.ts'
import type { Culprit } from './ladder.ts'
import { networkOfKey } from './network-of-key.ts'
import { type Ban, LEVELS, type Level } from './watch-protocol.ts'

export interface Verdicts {
  /** When somebody was found last; milliseconds since the epoch. */
  readonly foundAt: number
  /** The traffic without those that are banned: isolates that have not heard of it yet still count them. */
  withoutBanned(traffic: Traffic, now: number): Traffic
  ban(culprit: Culprit, reason: string, model: DetectionModel, now: number): Ban
}

/** Sources that are remembered; who was banned longest ago is forgotten first. */
const MAX_REMEMBERED = 4096
/** Milliseconds after its end in which a ban is remembered. */
const MEMORY: number = 24 * 3_600_000
/** Each further ban of a source lasts this many times as long. */
const FACTOR = 4

interface Verdict {
  readonly strikes: number
  readonly until: number
}

export function createVerdicts(drawId: () => string): Verdicts {
  const verdicts: Readonly<Record<Level, Map<string, Verdict>>> = {
    address: new Map(),
    network: new Map(),
    asn: new Map(),
    tls: new Map(),
    agent: new Map(),
  }
  let foundAt = Number.NEGATIVE_INFINITY

  function remember(level: Level, key: string, verdict: Verdict): void {
    const own = verdicts[level]
    own.delete(key)
    own.set(key, verdict)
    const [oldest] = own.keys()
    if (own.size > MAX_REMEMBERED && oldest !== undefined) own.delete(oldest)
  }

  return {
    get foundAt() {
      return foundAt
    },
    withoutBanned(traffic, now) {
      let { total } = traffic
      const sources = { ...traffic.sources }
      for (const level of LEVELS) {
        const rates = sources[level]
        const banned = [...verdicts[level]].filter(([key, { until }]) => until > now && rates.has(key))
        if (banned.length === 0) continue
        const left = new Map(rates)
        const networks = new Map(sources.network)
        for (const [key] of banned) {
          const rate = rates.get(key) ?? 0
          total -= rate
          left.delete(key)
          if (level === 'address') takeOff(networks, networkOfKey(key), rate)
        }
        if (level === 'address') sources.network = networks
        sources[level] = left
      }
      return { ...traffic, total: Math.max(0, total), sources }
    },
    ban({ level, key }, reason, model, now) {
      const last = verdicts[level].get(key)
      const strikes = last !== undefined && now < last.until + MEMORY ? last.strikes + 1 : 1
      const seconds = Math.min(model.max_timeout, model.timeout * FACTOR ** Math.min(16, strikes - 1))
      const until = now + seconds * 1000
      remember(level, key, { strikes, until })
      foundAt = now
      const isWide = level !== 'address' && level !== 'network'
      const action = model.mode === 'log' ? 'log' : isWide ? model.wide_action : 'block'
      return { id: drawId(), level, key, action, created: now, until, reason, by: 'detection', strikes }
    },
  }
}

function takeOff(rates: Map<string, number>, key: string, rate: number): void {
  const before = rates.get(key)
  if (before !== undefined) rates.set(key, Math.max(0, before - rate))
}
