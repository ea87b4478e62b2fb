/**
 * Writes decision records: to the log as JSON lines, and to Analytics Engine when it is bound.
 * @module
 */
import { buildRecord, type Decided, type LeftOutRecord } from './record.ts'
import { createSampler } from './sampler.ts'

/** The part of an Analytics Engine dataset that is used. */
export interface Dataset {
  writeDataPoint(point: { indexes: string[]; blobs: string[]; doubles: number[] }): void
}

export interface RecorderOptions {
  readonly perSecond: number
  readonly withQuery: boolean
  readonly write: (line: string) => void
  readonly dataset: Dataset | undefined
}

export interface Recorder {
  /**
   * Writes the record of a decided request, or counts it.
   * @returns true when records were left out and `flush` should be called within about a second.
   */
  record(decided: Decided): boolean
  /** Writes how many records were left out since the last flush. */
  flush(now: number): void
}

/** Milliseconds that a flush may take to come; it is meant to come within one second. */
const FLUSH_WITHIN = 5000

export function createRecorder({ perSecond, withQuery, write, dataset }: RecorderOptions): Recorder {
  const sampler = createSampler(perSecond)
  /** When somebody was last asked to flush, 0 when that has been done. */
  let asked = 0
  return {
    record(decided) {
      if (sampler.admit(decided.terminal?.rule ?? 'pass', decided.ended)) {
        write(JSON.stringify(buildRecord(decided, withQuery)))
        writePoint(dataset, decided)
        return false
      }
      // Whoever was asked may have been cut off with its request: then the next one is.
      if (asked !== 0 && Math.abs(decided.ended - asked) < FLUSH_WITHIN) return false
      asked = decided.ended
      return true
    },
    flush(now) {
      asked = 0
      if (!sampler.pending) return
      const counts = Object.fromEntries(sampler.drain())
      const line: LeftOutRecord = { kind: 'left-out', time: new Date(now).toISOString(), counts }
      write(JSON.stringify(line))
      for (const [rule, count] of Object.entries(counts)) {
        dataset?.writeDataPoint({ indexes: [rule], blobs: ['left-out', rule], doubles: [count] })
      }
    },
  }
}

/**
 * Blobs: action, rule, stage, host, route, country, colo, agent, class, verdict, band. Doubles: weight, status,
 * milliseconds, score.
 */
function writePoint(dataset: RecorderOptions['dataset'], decided: Decided): void {
  if (dataset === undefined) return
  const { terminal, facts, bot } = decided
  const rule = terminal?.rule ?? 'pass'
  dataset.writeDataPoint({
    indexes: [rule.slice(0, 96)],
    blobs: [
      terminal?.action ?? 'pass',
      rule,
      terminal?.stage ?? '',
      facts.host.name,
      decided.route ?? '',
      facts.client.country ?? '',
      facts.client.colo ?? '',
      bot?.agent?.name ?? '',
      bot?.agent?.class ?? '',
      bot?.verdict?.kind ?? '',
      bot?.band ?? '',
    ],
    doubles: [1, decided.status, decided.ended - decided.started, bot?.score ?? 0],
  })
}
