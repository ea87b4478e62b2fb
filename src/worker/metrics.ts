/**
 * This isolate's sums as Prometheus text (exposition format 0.0.4). An edge has many isolates, and a scrape
 * meets one of them: for sums over all, use the data points.
 * @module
 */

import type { RangeAge } from '../ingress/bots/ranges/range-book.ts'
import type { ChallengeStats } from '../ingress/challenge/challenge-stats.ts'
import type { LimiterStats } from '../ingress/limits/limiter.ts'
import type { RulesStats } from '../ingress/rules/rules.ts'
import type { BotSums } from './bot-counts.ts'
import type { DeliveryReport } from './delivery-report.ts'
import type { WatchSyncStats } from './watch-sync.ts'

type Labels = Readonly<Record<string, string>>
type Sample = readonly [labels: Labels, value: number]

/** The content type of {@link formatMetrics}. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

function formatLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${value.replace(/[\\"\n]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`))}"`,
  )
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function family(name: string, type: 'counter' | 'gauge', samples: readonly Sample[]): string {
  if (samples.length === 0) return ''
  const lines = samples.map(([labels, value]) => `${name}${formatLabels(labels)} ${value}\n`)
  return `# TYPE ${name} ${type}\n${lines.join('')}`
}

function counters(label: string, sums: Readonly<Record<string, number>>): readonly Sample[] {
  return Object.entries(sums).map(([key, value]): Sample => [{ [label]: key }, value])
}

/** Sums of the stages; those of rules begin anew with each policy. */
export interface StageSums {
  readonly limits: LimiterStats
  readonly rules: RulesStats
  readonly watch: WatchSyncStats
  /** Absent without `bots.yaml`. */
  readonly bots?: BotSums
  readonly challenge?: Readonly<ChallengeStats>
  /** Lists of addresses, for their ages. */
  readonly lists?: readonly RangeAge[]
}

export function formatMetrics(delivery: DeliveryReport, sums: StageSums): string {
  const { limits, rules, watch, bots, challenge, lists = [] } = sums
  const { version, source, serial, shadow } = delivery
  return [
    family('sallyport_policy_info', 'gauge', [[{ version, source }, 1]]),
    family('sallyport_policy_serial', 'gauge', [[{}, serial ?? 0]]),
    family('sallyport_policy_store_reads_total', 'counter', [[{}, delivery.reads ?? 0]]),
    family('sallyport_policy_refusals_total', 'counter', counters('reason', delivery.refusals ?? {})),
    family('sallyport_limits_total', 'counter', counters('event', { ...limits })),
    family('sallyport_watch_total', 'counter', counters('event', { ...watch })),
    family('sallyport_bots_bands_total', 'counter', counters('band', bots?.bands ?? {})),
    family('sallyport_bots_verdicts_total', 'counter', counters('verdict', bots?.verdicts ?? {})),
    family('sallyport_bots_classes_total', 'counter', counters('class', bots?.classes ?? {})),
    family('sallyport_bots_decisions_total', 'counter', counters('decision', bots?.decisions ?? {})),
    family('sallyport_bots_list_age_seconds', 'gauge', agesOf(lists)),
    family('sallyport_challenges_total', 'counter', challenge ? challengesOf(challenge) : []),
    family('sallyport_rules_total', 'counter', counters('event', { ...rules })),
    family('sallyport_shadow_evaluated_total', 'counter', shadow ? [[{}, shadow.evaluated]] : []),
    family('sallyport_shadow_disagreements_total', 'counter', counters('pair', shadow?.disagreements ?? {})),
  ].join('')
}

/** A list that was never fetched has no age. */
function agesOf(lists: readonly RangeAge[]): readonly Sample[] {
  return lists.flatMap(({ id, age }): Sample[] => (age === undefined ? [] : [[{ list: id }, age]]))
}

function challengesOf({ issued, solved, unknown, failed }: Readonly<ChallengeStats>): readonly Sample[] {
  return counters('event', { issued, solved, unknown, ...failed })
}
