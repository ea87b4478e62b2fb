/**
 * When an isolate reports, and which share of its requests it looks at: hardly ever and little in peace, closely
 * while something is going on.
 * @module
 */

export interface ReportPace {
  /** Something unusual goes on here, or orders are in force. */
  readonly isAlert: boolean
  /** Each request that is looked at stands for so many. */
  readonly weight: number
  /** Counts one request. */
  count(now: number): void
  /** Whether a report should go. @param isUrgent Somebody waits to be banned. */
  due(now: number, isUrgent: boolean): boolean
  /** Milliseconds since the last report; the next ones are counted from `now`. */
  restart(now: number): number
  /** Orders of the watch hold until then. */
  obey(until: number): void
  /** Requests per second and data centre below which nothing is a surge. */
  setMinRate(rate: number): void
}

/** Milliseconds and requests that have to have passed since the last report: any pair that has been reached. */
const PEACE: readonly Threshold[] = [
  { span: 10_000, requests: 256 },
  { span: 30_000, requests: 64 },
  { span: 120_000, requests: 1 },
]
const ALERT: readonly Threshold[] = [
  { span: 2000, requests: 64 },
  { span: 10_000, requests: 16 },
  { span: 60_000, requests: 1 },
]
const URGENT_SPAN = 1000

interface Threshold {
  readonly span: number
  readonly requests: number
}

/**
 * Requests per second that are looked at: above, one in so many stands for the others. In peace it is enough to
 * know the large sources, and one in MOST_WEIGHT tells them.
 */
const LOOKED_AT = { alert: 1000, peace: 16 }
const MOST_WEIGHT = 8
/** Milliseconds that suspicion outlives what raised it. */
const SUSPICION = 10_000
/** Isolates of a data centre share its traffic: this part of the policy's rate is suspicious in one of them. */
const ISOLATE_SHARE = 16
const LEAST_SUSPICIOUS = 10
/** How much a second counts in the usual rate; the first ones count more. */
const LEARNING = 1 / 64

export function createReportPace(start: number): ReportPace {
  let reportedAt = start
  let requests = 0
  let second = start
  let inSecond = 0
  let usual = 0
  let suspiciousUntil = 0
  let orderedUntil = 0
  let floor = LEAST_SUSPICIOUS
  let isAlert = false
  let weight = 1
  let learning = 1 / 2

  function closeSecond(now: number): void {
    const rate = (inSecond * 1000) / Math.max(1, now - second)
    if (rate >= floor && rate >= 2 * usual) suspiciousUntil = now + SUSPICION
    usual += (rate - usual) * learning
    learning = Math.max(LEARNING, 1 / (1 / learning + 1))
    isAlert = now < suspiciousUntil || now < orderedUntil
    weight = isAlert ? weigh(rate / LOOKED_AT.alert) : Math.min(MOST_WEIGHT, weigh(rate / LOOKED_AT.peace))
    second = now
    inSecond = 0
  }

  return {
    get isAlert() {
      return isAlert
    },
    get weight() {
      return weight
    },
    count(now) {
      // A clock that stepped back starts a new second, and never leaves one open for ever.
      if (now - second >= 1000 || now < second) closeSecond(now)
      inSecond++
      requests++
    },
    due(now, isUrgent) {
      if (now < reportedAt) reportedAt = now
      const span = now - reportedAt
      if (span < URGENT_SPAN) return false
      if (isUrgent) return true
      for (const least of isAlert ? ALERT : PEACE) {
        if (span >= least.span && requests >= least.requests) return true
      }
      return false
    },
    restart(now) {
      const span = Math.max(1, now - reportedAt)
      reportedAt = now
      requests = 0
      return span
    },
    obey(until) {
      orderedUntil = until
    },
    setMinRate(rate) {
      floor = Math.max(LEAST_SUSPICIOUS, rate / ISOLATE_SHARE)
    },
  }
}

function weigh(times: number): number {
  return Math.max(1, Math.ceil(times))
}
