/**
 * Keeps an isolate's policy current: memory first, then the store, then the baseline.
 *
 * A request never waits for the store, but for the first ones of a cold isolate, and those not for long.
 * Whatever is wrong with what the store holds, the policy that runs goes on running.
 * @module
 */
import type { PartMap } from './bundle.ts'
import type { LinkedVersion, LivePolicy } from './live-policy.ts'
import { createPointerReader, type Found, type PointerReaderOptions } from './pointer-reader.ts'
import { createRefreshSchedule } from './refresh-schedule.ts'
import { type Refusal, type RefusalReason, toRefusal } from './refusal.ts'

/** Milliseconds that a request of a cold isolate waits at most. */
const COLD_WAIT = 2000
/** Milliseconds after which a load that has not ended is given up: its request may be gone, and it with it. */
const GIVE_UP = 15_000

export type LoaderEvent =
  | {
      readonly kind: 'activated'
      readonly serial: number
      readonly version: string
      readonly candidate?: string
    }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly message: string }

export interface PolicyLoaderOptions<L> extends PointerReaderOptions<L> {
  /** The policy inside the Worker, linked already. */
  readonly baseline: LinkedVersion<L> & { readonly parts: PartMap }
  /** Milliseconds that an answer of the store is good for. */
  readonly freshFor: number
  /** Calls `fire` after `ms`; the result cancels it. */
  readonly timer: (ms: number, fire: () => void) => () => void
  readonly onEvent: (event: LoaderEvent) => void
}

export interface LoaderStatus {
  /** Milliseconds since the epoch when the store last answered; 0: not yet. */
  readonly answeredAt: number
  /** Reads of the store. */
  readonly reads: number
  readonly refusals: Readonly<Partial<Record<RefusalReason, number>>>
  /** The last one, until the store holds something good. */
  readonly lastRefusal?: { readonly reason: RefusalReason; readonly at: number }
}

/** Lets a load outlive the request that started it. */
export type KeepAlive = (work: Promise<unknown>) => void

export interface PolicyLoader<L> {
  /**
   * What to run a request with, from its start to its end. Never rejects. Answers at once in an isolate
   * that has loaded once; starts the next load when one is due, and there is never more than one.
   */
  current(keepAlive: KeepAlive): LivePolicy<L> | Promise<LivePolicy<L>>
  /** What runs now, without asking for anything. */
  readonly live: LivePolicy<L>
  status(): LoaderStatus
}

interface Load<L> {
  readonly startedAt: number
  /** The active version while its candidate is still being read. */
  partial?: Found<L>
  ended: Promise<void>
}

/** These say all there is to say about the pointer: asking again at once would not help. */
const SETTLED: ReadonlySet<RefusalReason> = new Set(['old-serial', 'below-minimum', 'missing-pointer'])

export function createPolicyLoader<L>(options: PolicyLoaderOptions<L>): PolicyLoader<L> {
  const { now, timer, onEvent, baseline } = options
  const schedule = createRefreshSchedule(options.freshFor)
  const refusals: Partial<Record<RefusalReason, number>> = {}
  const reader = createPointerReader(options, baseline.parts)
  let live: LivePolicy<L> = {
    serial: 0,
    source: 'baseline',
    active: { version: baseline.version, linked: baseline.linked },
    kill: [],
  }
  let lastRefusal: LoaderStatus['lastRefusal']
  let load: Load<L> | undefined
  /** Until when requests wait for the first load; absent before the first request, 0 once it has ended. */
  let coldUntil: number | undefined

  /** Whoever listens must not be able to stop a policy from taking effect. */
  function tell(event: LoaderEvent): void {
    try {
      onEvent(event)
    } catch {
      // The counts in `status` tell it too.
    }
  }

  function refuse({ reason, message }: Pick<Refusal, 'reason' | 'message'>, at: number): void {
    refusals[reason] = (refusals[reason] ?? 0) + 1
    lastRefusal = { reason, at }
    if (SETTLED.has(reason)) schedule.succeed(at)
    else schedule.fail(at)
    tell({ kind: 'refused', reason, message })
  }

  function adopt(found: Found<L> | undefined, at: number): void {
    schedule.succeed(at)
    lastRefusal = undefined
    if (!found) return
    live = found.policy
    found.commit()
    const { serial, active, rollout } = live
    const candidate = rollout ? { candidate: rollout.candidate.version } : {}
    tell({ kind: 'activated', serial, version: active.version, ...candidate })
  }

  /** The end of a load that has failed: what it has of its pointer takes effect all the same. */
  function fail({ partial }: Load<L>, refusal: Pick<Refusal, 'reason' | 'message'>, at: number): void {
    if (partial) adopt(partial, at)
    refuse(refusal, at)
  }

  async function run(own: Load<L>): Promise<void> {
    const offer = (found: Found<L>): void => {
      own.partial = found
    }
    try {
      const found = await reader.read(live.serial, offer)
      if (load === own) adopt(found, now())
    } catch (error) {
      if (load === own) fail(own, toRefusal(error), now())
    } finally {
      if (load === own) {
        load = undefined
        coldUntil = 0
      }
    }
  }

  function giveUp(late: Load<L>, at: number): void {
    load = undefined
    coldUntil = 0
    const message = `The store did not answer within ${GIVE_UP / 1000} s.`
    fail(late, { reason: 'store-timeout', message }, at)
  }

  function refreshWhenDue(at: number, keepAlive: KeepAlive): void {
    if (load && Math.abs(at - load.startedAt) > GIVE_UP) giveUp(load, at)
    if (load || !schedule.isDue(at)) return
    const own: Load<L> = { startedAt: at, ended: Promise.resolve() }
    load = own
    own.ended = run(own)
    keepAlive(own.ended)
  }

  function awaitFirst(first: Load<L>, at: number): Promise<LivePolicy<L>> | LivePolicy<L> {
    coldUntil ??= at + COLD_WAIT
    // A clock that was set back must not make anybody wait longer.
    const left = Math.min(coldUntil - at, COLD_WAIT)
    if (left <= 0) return live
    return new Promise((resolve) => {
      const done = (): void => resolve(live)
      const cancel = timer(left, done)
      void first.ended.then(() => {
        cancel()
        done()
      })
    })
  }

  return {
    get live() {
      return live
    },
    current(keepAlive) {
      const at = now()
      refreshWhenDue(at, keepAlive)
      return load === undefined || coldUntil === 0 ? live : awaitFirst(load, at)
    },
    status: () => ({
      answeredAt: schedule.answeredAt,
      reads: reader.reads,
      refusals: { ...refusals },
      ...(lastRefusal ? { lastRefusal } : {}),
    }),
  }
}
