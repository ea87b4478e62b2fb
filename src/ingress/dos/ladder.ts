/**
 * Finds who makes a surge, from the narrowest level to the widest: sources that send far more than they usually
 * do, and that together explain most of what is too much.
 *
 * A source that carries about its usual share is never one of them, however large it is: an office behind one
 * address or a mobile network grows with everybody else.
 * @module
 */
import type { DetectionModel } from '../../bundle/dos-model.ts'
import { networkOfKey } from './network-of-key.ts'
import { LEVELS, type Level } from './watch-protocol.ts'

export interface Surge {
  /** Requests per second now and usually. */
  readonly total: number
  readonly usual: number
  /** Of each source at a level, now; without those that are kept out already. */
  readonly rates: (level: Level) => ReadonlyMap<string, number>
  readonly usualRate: (level: Level, key: string) => number
}

export interface Culprit {
  readonly level: Level
  readonly key: string
  /** Requests per second now and usually. */
  readonly rate: number
  readonly usual: number
  /** What it explains of the surge, in percent. */
  readonly share: number
}

/** What makes a source suspect at a level. */
interface Rung {
  /** Part of the surge that a source has to explain by itself, at least. */
  readonly least: number
  /** Sources that may be found at a time. */
  readonly most: number
  /** How many times its usual share of all requests it has to carry, at least. */
  readonly growth: number
}

/**
 * The wider a level, the more people share it, and the fewer sources may explain a surge: where many are needed,
 * everybody has come.
 */
const RUNGS: Readonly<Record<Level, Rung>> = {
  address: { least: 0.01, most: 64, growth: 1.5 },
  network: { least: 0.02, most: 32, growth: 1.5 },
  asn: { least: 0.1, most: 5, growth: 2 },
  tls: { least: 0.2, most: 3, growth: 2 },
  agent: { least: 0.2, most: 3, growth: 2 },
}

/** Part of `min_rate` below which a source is nobody's flood. */
const LEAST_RATE = 0.05

/** Whether so many requests per second are a surge. */
export function isSurge(total: number, usual: number, { min_rate, factor }: DetectionModel): boolean {
  return total >= min_rate && total >= factor * usual
}

/**
 * The sources at the narrowest level that explains the surge. What addresses explain is taken off before their
 * networks are looked at; wider levels cannot tell what of theirs came from whom, so they are asked only when
 * nothing narrower was found: the next reports will be without it. Empty when it is everybody.
 * @param levels Levels that may be acted on now, the narrowest first.
 */
export function findCulprits(
  surge: Surge,
  model: DetectionModel,
  levels: readonly Level[] = LEVELS,
): readonly Culprit[] {
  const found: Culprit[] = []
  let left = surge.total
  for (const level of levels) {
    if (!isSurge(left, surge.usual, model)) break
    const isNarrow = level === 'address' || level === 'network'
    if (found.length > 0 && !isNarrow) break
    const rates = level === 'network' ? withoutFound(surge, found) : surge.rates(level)
    const here = findAt(level, rates, { ...surge, total: left }, model)
    found.push(...here)
    for (const { rate, usual } of here) left -= rate - usual
  }
  return found
}

function findAt(
  level: Level,
  rates: ReadonlyMap<string, number>,
  surge: Surge,
  model: DetectionModel,
): readonly Culprit[] {
  const { total, usual: usualTotal } = surge
  const { least, most, growth } = RUNGS[level]
  const excess = total - usualTotal
  const suspects: Culprit[] = []
  for (const [key, rate] of rates) {
    if (rate < LEAST_RATE * model.min_rate) continue
    const usual = surge.usualRate(level, key)
    if (rate < model.factor * usual || rate - usual < least * excess) continue
    // Shares of all, now and usually, without dividing by nothing.
    if (rate * usualTotal < growth * usual * total) continue
    suspects.push({ level, key, rate, usual, share: (100 * (rate - usual)) / excess })
  }
  suspects.sort((a, b) => b.share - a.share)
  const largest = suspects.slice(0, most)
  const explained = largest.reduce((sum, { share }) => sum + share, 0)
  if (explained >= model.explains) return largest
  if (level !== 'address' && level !== 'network') return []
  // Together they are not it; one of them may be a flood in its own right.
  return largest.filter(({ rate, usual, share }) => rate - usual >= model.min_rate && share >= LEAST_ALONE)
}

/** Percent of a surge that a source explains, at least, to be a flood in its own right. */
const LEAST_ALONE = 10

/** Rates of the networks, without the addresses in them that have been found. */
function withoutFound({ rates }: Surge, found: readonly Culprit[]): ReadonlyMap<string, number> {
  if (found.length === 0) return rates('network')
  const left = new Map(rates('network'))
  for (const { key, rate } of found) {
    const network = networkOfKey(key)
    left.set(network, (left.get(network) ?? 0) - rate)
  }
  return left
}
