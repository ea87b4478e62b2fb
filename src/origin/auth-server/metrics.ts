/**
 * What the auth server counts, in Prometheus' text format. Memory is fixed: labels are the reasons in the code,
 * never anything from a request.
 * @module
 */
import type { Decision, Observe, ServerFailure } from './decide.ts'
import { createHistogram } from './histogram.ts'

/** What is as it is when somebody asks. */
export interface Gauges {
  /** Counts up with each set that was taken over. */
  readonly keySetVersion?: number
  readonly keys?: number
  /** Bytes of the replay memory, when it is this process's own. */
  readonly replayBytes?: number | undefined
  /** Log lines that were left out because there were too many. */
  readonly unlogged: number
}

export interface Metrics {
  readonly observe: Observe
  /** Something came that was no request. */
  countMalformed(): void
  render(gauges: Gauges): string
}

/** Seconds. */
const LATENCIES = [0.00001, 0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.005, 0.02, 0.1, 0.5, 2]

/** Seconds from signing to arrival, by two clocks; below zero the origin's is behind. */
const AGES = [-5, -2, -1, 0, 1, 2, 5, 10, 30, 60]

function describe(name: string, type: 'counter' | 'gauge' | 'histogram', help: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`
}

function gauge(name: string, help: string, value: number | undefined): string {
  return value === undefined ? '' : `${describe(name, 'gauge', help)}${name} ${value}\n`
}

/** @param now Seconds since 1970. */
export function createMetrics(now: () => number): Metrics {
  const latency = createHistogram(LATENCIES)
  const age = createHistogram(AGES)
  const refused = new Map<ServerFailure, number>()
  let signed = 0
  let unsigned = 0
  let malformed = 0

  function count(decision: Decision): void {
    if (!decision.ok) {
      refused.set(decision.failure, (refused.get(decision.failure) ?? 0) + 1)
    } else if (decision.signed) {
      signed++
      age.add(now() - decision.created)
    } else unsigned++
  }

  function renderDecisions(): string {
    const name = 'sallyport_decisions_total'
    let text = describe(name, 'counter', 'Requests decided; failure says why one was refused.')
    text += `${name}{result="signed"} ${signed}\n${name}{result="unsigned"} ${unsigned}\n`
    for (const [failure, total] of refused) {
      text += `${name}{result="refused",failure="${failure}"} ${total}\n`
    }
    return text
  }

  return {
    observe(decision, elapsed) {
      latency.add(elapsed / 1000)
      count(decision)
    },
    countMalformed() {
      malformed++
    },
    render: (gauges) =>
      renderDecisions() +
      describe('sallyport_malformed_total', 'counter', 'Auth requests that were no HTTP.') +
      `sallyport_malformed_total ${malformed}\n` +
      describe('sallyport_decision_seconds', 'histogram', 'Time to decide, with the replay store.') +
      latency.render('sallyport_decision_seconds') +
      describe('sallyport_signature_age_seconds', 'histogram', 'From signing to arrival, by two clocks.') +
      age.render('sallyport_signature_age_seconds') +
      describe('sallyport_unlogged_total', 'counter', 'Log lines left out.') +
      `sallyport_unlogged_total ${gauges.unlogged}\n` +
      gauge('sallyport_key_set_version', 'Key sets taken over.', gauges.keySetVersion) +
      gauge('sallyport_keys', 'Keys that are accepted.', gauges.keys) +
      gauge('sallyport_replay_bytes', 'Memory for nonces.', gauges.replayBytes),
  }
}
