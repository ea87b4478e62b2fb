/**
 * The state of live policy in an isolate, as `/.sallyport/health` tells it.
 * @module
 */
import type { LivePolicy } from '../bundle/live-policy.ts'
import type { LoaderStatus } from '../bundle/policy-loader.ts'
import type { RefusalReason } from '../bundle/refusal.ts'
import type { ShadowReport } from './shadow.ts'

/** The part of a policy source that is told. */
export interface ReportedSource {
  readonly live: LivePolicy<unknown>
  /** Why KV is not read: `off` is a decision, `misconfigured` a mistake. Absent when it is read. */
  readonly unread?: { readonly state: 'off' | 'misconfigured'; readonly problem: string }
  /** Absent when KV is not read. */
  status?(): LoaderStatus
}

export interface DeliveryReport {
  readonly state: 'live' | 'off' | 'misconfigured'
  /** What to do about a state that is not `live`. */
  readonly problem?: string
  readonly source: 'kv' | 'baseline'
  /** `null` for the policy inside the Worker. */
  readonly serial: number | null
  readonly version: string
  readonly issued_at?: string
  readonly rollout?: { readonly mode: string; readonly candidate: string; readonly percent?: number }
  readonly kill: readonly string[]
  /** Seconds since KV last answered; absent before the first answer. */
  readonly pointer_age?: number
  readonly reads?: number
  /** The last one, until a policy is taken. */
  readonly refusal?: { readonly reason: RefusalReason; readonly at: string }
  readonly refusals?: Readonly<Partial<Record<RefusalReason, number>>>
  readonly shadow?: ShadowReport
}

function reportLoading({ status }: ReportedSource, now: number): Partial<DeliveryReport> {
  const loading = status?.()
  if (!loading) return {}
  const { answeredAt, reads, refusals, lastRefusal } = loading
  return {
    ...(answeredAt === 0 ? {} : { pointer_age: Math.max(0, Math.round((now - answeredAt) / 1000)) }),
    reads,
    ...(lastRefusal
      ? { refusal: { reason: lastRefusal.reason, at: new Date(lastRefusal.at).toISOString() } }
      : {}),
    refusals,
  }
}

/** @param now Milliseconds since the epoch. */
export function reportDelivery(
  source: ReportedSource,
  shadow: ShadowReport | undefined,
  now: number,
): DeliveryReport {
  const { live, unread } = source
  const { rollout } = live
  const percent = rollout?.mode === 'percent' ? { percent: rollout.percent } : {}
  return {
    state: unread?.state ?? 'live',
    ...(unread ? { problem: unread.problem } : {}),
    source: live.source,
    serial: live.source === 'kv' ? live.serial : null,
    version: live.active.version,
    ...(live.issuedAt === undefined ? {} : { issued_at: new Date(live.issuedAt * 1000).toISOString() }),
    ...(rollout ? { rollout: { mode: rollout.mode, candidate: rollout.candidate.version, ...percent } } : {}),
    kill: live.kill,
    ...reportLoading(source, now),
    ...(shadow && rollout?.mode === 'shadow' ? { shadow } : {}),
  }
}
