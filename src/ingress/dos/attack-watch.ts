/**
 * Which routes are under attack: told from how much they are asked, what their origin answers and how much is
 * refused. Slow to start and slower to end, so that it does not flutter.
 * @module
 */
import type { AttackModel } from '../../bundle/dos-model.ts'
import type { RouteRates } from './held-reports.ts'
import { learningRate } from './usual-rates.ts'
import { type AttackState, MAX_ATTACKS } from './watch-protocol.ts'

export interface AttackWatch {
  /** Judges the rates of all routes; to be called every ATTACK_TICK. */
  tick(routes: ReadonlyMap<string, RouteRates>, model: AttackModel, scene: AttackScene, now: number): void
  /** Routes that are under attack now. */
  list(now: number): readonly AttackState[]
  /** What is usual, the busiest routes first: to be kept where it outlives this memory. */
  save(most: number): readonly SavedRoute[]
  restore(saved: readonly SavedRoute[]): void
}

/** What goes on in the data centre as a whole. */
export interface AttackScene {
  /** Enough has been learned to judge. */
  readonly isWarm: boolean
  /** All routes together take far more than usual. */
  readonly isSurging: boolean
}

/** Host, route, and mean and variance of its requests per second. */
export type SavedRoute = readonly [host: string, route: string, mean: number, variance: number]

/** Milliseconds. */
export const ATTACK_TICK = 5000
/** Routes of hosts that are known; who is asked least gives way. */
const MAX_ROUTES = 1024
/** Signs in so many of the last three ticks are an attack. */
const ENOUGH_SIGNS = 2
const LAST_THREE = 0b111
/** Standard deviations from what is usual. */
const Z_SCORE = 6
/** Answers of the origin per second, below which its failures are no sign. */
const LEAST_ANSWERS = 5
/** Percent of a route's requests. */
const DENIED_SHARE = 50
/**
 * What passes is so many times the usual, for failures and refusals to be a sign: an origin may fail by itself, and
 * one client that a limit holds back completely must not be able to have all others challenged.
 */
const HARMFUL_FACTOR = 1.5
/** What is usual stays as it was for this long while under attack; then lasting growth becomes usual. */
const FROZEN = 3_600_000
/** How far the end is told ahead: it is told anew each time a quarter of this has passed. */
const TOLD_AHEAD = 1.25
/**
 * Milliseconds in which nobody knows what is usual for a new route. It is judged nevertheless when all routes
 * together take too much: a route that was only given another name adds nothing to that.
 */
const YOUNG = 60_000
/** Longest time between two ticks that counts as time of learning. */
const LONGEST_SPAN = 30_000

interface Route {
  readonly host: string
  readonly route: string
  mean: number
  variance: number
  /** Milliseconds of learning. */
  age: number
  /** One bit for each of the last ticks. */
  signs: number
  attack: { readonly since: number; readonly reason: string; until: number } | undefined
}

export function createAttackWatch(): AttackWatch {
  const known = new Map<string, Route>()
  let tickedAt = 0

  function learn(entry: Route, rate: number, learning: number): void {
    const distance = rate - entry.mean
    entry.mean += distance * learning
    entry.variance = (1 - learning) * (entry.variance + learning * distance * distance)
  }

  /** Ends what is over, begins what has enough signs, prolongs what goes on. */
  function judge(entry: Route, sign: string | undefined, { quiet }: AttackModel, now: number): void {
    entry.signs = ((entry.signs << 1) | (sign === undefined ? 0 : 1)) & LAST_THREE
    if (entry.attack && entry.attack.until <= now) entry.attack = undefined
    if (sign === undefined) return
    const until = now + quiet * 1000 * TOLD_AHEAD
    if (entry.attack) {
      if (entry.attack.until - now < quiet * 1000) entry.attack.until = until
      return
    }
    if (countBits(entry.signs) >= ENOUGH_SIGNS) entry.attack = { since: now, until, reason: sign }
  }

  function step(entry: Route, rates: RouteRates | undefined, { model, scene, now, span }: Step): void {
    const isKnown = scene.isWarm && (entry.age >= YOUNG || scene.isSurging)
    const sign = rates && isKnown ? findSign(entry, rates, model) : undefined
    judge(entry, sign, model, now)
    const { attack } = entry
    if (attack && now - attack.since < FROZEN) return
    const isSurge = sign !== undefined && attack === undefined
    learn(entry, rates?.requests ?? 0, learningRate(span, entry.age, isSurge))
    entry.age += span
  }

  return {
    tick(routes, model, scene, now) {
      const span = Math.min(LONGEST_SPAN, Math.max(0, now - tickedAt))
      tickedAt = now
      for (const [name, rates] of routes) {
        if (!known.has(name)) known.set(name, newRoute(rates))
      }
      for (const [name, entry] of known) {
        step(entry, routes.get(name), { model, scene, now, span })
        if (entry.mean < FORGOTTEN && entry.attack === undefined && !routes.has(name)) known.delete(name)
      }
      if (known.size > MAX_ROUTES) dropQuietest(known)
    },
    list(now) {
      return [...known.values()]
        .filter(({ attack }) => attack !== undefined && attack.until > now)
        .sort((a, b) => b.mean - a.mean)
        .slice(0, MAX_ATTACKS)
        .flatMap(({ host, route, attack }) =>
          attack ? [{ host, route, state: 'on' as const, by: 'detection' as const, ...attack }] : [],
        )
    },
    save: (most) =>
      [...known.values()]
        .sort((a, b) => b.mean - a.mean)
        .slice(0, most)
        .map(({ host, route, mean, variance }) => [host, route, mean, variance] as const),
    restore(saved) {
      for (const [host, route, mean, variance] of saved.slice(0, MAX_ROUTES))
        known.set(`${host} ${route}`, {
          host,
          route,
          mean,
          variance,
          age: YOUNG,
          signs: 0,
          attack: undefined,
        })
    },
  }
}

interface Step {
  readonly model: AttackModel
  readonly scene: AttackScene
  readonly now: number
  /** Milliseconds since the last tick. */
  readonly span: number
}

/** Requests per second below which a route that is not asked any more is forgotten. */
const FORGOTTEN = 0.01

function newRoute({ host, route }: RouteRates): Route {
  return { host, route, mean: 0, variance: 0, age: 0, signs: 0, attack: undefined }
}

function countBits(bits: number): number {
  return (bits & 1) + ((bits >> 1) & 1) + ((bits >> 2) & 1)
}

function dropQuietest(known: Map<string, Route>): void {
  const quiet = [...known].filter(([, { attack }]) => attack === undefined)
  quiet.sort(([, a], [, b]) => a.mean - b.mean)
  for (const [name] of quiet.slice(0, known.size - MAX_ROUTES)) known.delete(name)
}

/**
 * One plain sentence for the strongest sign, or nothing. Before an attack and during it, what limits refuse anyway
 * does no harm, and a challenge of everybody else would not help against it. What attack mode challenges is not
 * refused in this sense: it would pass if the attack were over.
 */
function findSign(
  { mean, variance }: Route,
  { requests, denied, origin, errors }: RouteRates,
  model: AttackModel,
): string | undefined {
  const { min_rate, factor, error_share } = model
  if (requests < min_rate) return undefined
  const usual = `${formatRate(requests)} requests/s, usually ${formatRate(mean)}`
  // The noise of chance alone, over one tick, when nothing is known yet of how much a rate varies.
  const deviation = Math.sqrt(Math.max(variance, (mean * 1000) / ATTACK_TICK, 1))
  const isMuch = (rate: number): boolean =>
    rate >= min_rate && rate >= factor * mean && (rate - mean) / deviation > Z_SCORE
  const passing = requests - denied
  if (isMuch(passing)) return `The route takes ${usual}.`
  if (passing < min_rate / 2 || passing < HARMFUL_FACTOR * mean) return undefined
  if (origin >= LEAST_ANSWERS && 100 * errors >= error_share * origin)
    return `The origin fails ${Math.round((100 * errors) / origin)} % of requests, and there are ${usual}.`
  if (isMuch(requests) && 100 * denied >= DENIED_SHARE * requests)
    return `${Math.round((100 * denied) / requests)} % of requests are refused, and there are ${usual}.`
  return undefined
}

function formatRate(rate: number): string {
  return rate < 10 ? rate.toFixed(1) : String(Math.round(rate))
}
