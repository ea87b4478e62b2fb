/**
 * Keeps origins alive: as many requests at the same time as they can take, those that matter first, and none
 * while they are down. One isolate's view, made of what it has seen itself and of what the origin tells.
 * @module
 */
import { type Admission, admitTo, type FailureKind, type Shed } from './admission.ts'
import { CONCURRENCY, type ConcurrencyOptions } from './concurrency-limit.ts'
import type { CircuitState } from './origin-circuit.ts'
import { createOriginState, type OriginState } from './origin-state.ts'
import { type Priority, placesFor } from './priority.ts'

export interface OriginStanding {
  readonly origin: string
  readonly limit: number
  readonly inflight: number
  readonly circuit: CircuitState
  /** Milliseconds that it usually takes to answer. */
  readonly usual: number
}

/** Sums since creation, and how each origin stands. */
export interface ProtectionStats {
  readonly admitted: number
  readonly shed: Readonly<Record<Priority, number>>
  /** Of the shed requests, those that met an open circuit. */
  readonly down: number
  readonly failures: Readonly<Record<FailureKind, number>>
  /** Retries that the budget granted, and refused. */
  readonly retries: number
  readonly retriesRefused: number
  readonly origins: readonly OriginStanding[]
}

export interface OriginProtection {
  /**
   * @param origin Whatever is to be protected by itself: an origin, or one route of it.
   * @param now Milliseconds since the epoch.
   */
  admit(origin: string, priority: Priority, now: number): Admission
  /** Whether a failed request may be sent again. The retry is a request like any other: it must be admitted, too. */
  mayRetry(origin: string, now: number): boolean
  stats(now: number): ProtectionStats
}

export interface ProtectionOptions {
  readonly concurrency?: ConcurrencyOptions
  /** From 0 to below 1: spreads `retryAfter`. */
  readonly random: () => number
  /** Origins known at the same time. The one not asked for longest gives way. */
  readonly capacity?: number
}

/** A policy names a handful of origins; this is for one that makes them up. */
const MAX_ORIGINS = 256
/** Seconds: who is shed comes back after one to three. */
const SPREAD = 2

export function createOriginProtection(options: ProtectionOptions): OriginProtection {
  const { concurrency = CONCURRENCY, random, capacity = MAX_ORIGINS } = options
  const states = new Map<string, OriginState>()
  const shed: Record<Priority, number> = { critical: 0, normal: 0, low: 0, suspected: 0 }
  const failures: Record<FailureKind, number> = { timeout: 0, connect: 0, overload: 0, gateway: 0 }
  const sums = { admitted: 0, down: 0, retries: 0, retriesRefused: 0 }

  function stateOf(origin: string, now: number): OriginState {
    let state = states.get(origin)
    if (state === undefined) {
      if (states.size >= capacity) forgetOne(states)
      state = createOriginState(concurrency, now)
      states.set(origin, state)
    }
    state.lastUse = now
    return state
  }

  function refuse(priority: Priority, cause: 'full' | 'down', wait: number): Shed {
    shed[priority]++
    if (cause === 'down') sums.down++
    const retryAfter = Math.ceil(wait / 1000 + random() * SPREAD) + 1
    return { admitted: false, cause, retryAfter }
  }

  return {
    admit(origin, priority, now) {
      const state = stateOf(origin, now)
      const { circuit, inflight, limit } = state
      // Asked before the circuit: a probe that finds no place would leave the circuit waiting for it.
      if (!inflight.isBelow(placesFor(priority, limit.limit), now)) return refuse(priority, 'full', 0)
      const passage = circuit.admit(now, priority !== 'suspected')
      if (passage === 'refuse') return refuse(priority, 'down', circuit.waitAt(now))
      sums.admitted++
      return admitTo(state, passage === 'probe', now, (kind) => failures[kind]++)
    },
    mayRetry(origin, now) {
      const granted = stateOf(origin, now).retries.withdraw(now)
      if (granted) sums.retries++
      else sums.retriesRefused++
      return granted
    },
    stats: (now) => ({
      ...sums,
      shed: { ...shed },
      failures: { ...failures },
      origins: [...states].map(([origin, { limit, inflight, circuit }]) => ({
        origin,
        limit: limit.limit,
        inflight: inflight.count,
        circuit: circuit.stateAt(now),
        usual: limit.usual,
      })),
    }),
  }
}

/** Drops the origin that was not asked for longest, one with nothing in flight if there is any. */
function forgetOne(states: Map<string, OriginState>): void {
  let oldest: string | undefined
  let best = Number.POSITIVE_INFINITY
  for (const [origin, { lastUse, inflight }] of states) {
    const rank = inflight.count === 0 ? lastUse : lastUse + Number.MAX_SAFE_INTEGER / 4
    if (rank >= best) continue
    best = rank
    oldest = origin
  }
  if (oldest !== undefined) states.delete(oldest)
}
