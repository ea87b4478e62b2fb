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

export function createRecorder({ perSecond, withQuery, write, dataset }: RecorderOptions): Recorder {
  const sampler = createSampler(perSecond)
  let flushing = false
  return {
    record(decided) {
      if (sampler.admit(decided.terminal?.rule ?? 'pass', decided.ended)) {
        write(JSON.stringify(buildRecord(decided, withQuery)))
        writePoint(dataset, decided, 1)
        return false
      }
      const first = !flushing
      flushing = true
      return first
    },
    flush(now) {
      flushing = false
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

/** Blobs: action, rule, stage, host, route, country, colo. Doubles: weight, status, milliseconds. */
function writePoint(dataset: RecorderOptions['dataset'], decided: Decided, weight: number): void {
  if (dataset === undefined) return
  const { terminal, facts } = decided
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
    ],
    doubles: [weight, decided.status, decided.ended - decided.started],
  })
}
