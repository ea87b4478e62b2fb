/**
 * What becomes of publications, for operators: a line in the log and a data point for each change, and for
 * refusals no more than one of a kind per minute.
 * @module
 */
import type { LoaderEvent } from '../bundle/policy-loader.ts'
import type { Dataset } from './recorder.ts'

export interface DeliveryLogOptions {
  readonly write: (line: string) => void
  readonly dataset: Dataset | undefined
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Milliseconds between two lines of the same reason. */
const PAUSE = 60_000

/** Reasons are a fixed set, so the memory is too. */
export function createDeliveryLog({ write, dataset, now }: DeliveryLogOptions): (event: LoaderEvent) => void {
  const told = new Map<string, { at: number; left: number }>()

  function writeActivated(event: LoaderEvent & { kind: 'activated' }, at: number): void {
    const { serial, version, candidate } = event
    const time = new Date(at).toISOString()
    write(JSON.stringify({ kind: 'policy', event: 'activated', time, serial, version, candidate }))
    dataset?.writeDataPoint({
      indexes: ['policy'],
      blobs: ['policy', 'policy.activated', '', version, candidate ?? ''],
      doubles: [1, serial],
    })
  }

  function writeRefused({ reason, message }: LoaderEvent & { kind: 'refused' }, at: number): void {
    const last = told.get(reason)
    if (last && Math.abs(at - last.at) < PAUSE) {
      last.left++
      return
    }
    const count = 1 + (last?.left ?? 0)
    told.set(reason, { at, left: 0 })
    const time = new Date(at).toISOString()
    write(JSON.stringify({ kind: 'policy', event: 'refused', time, reason, message, count }))
    const blobs = ['policy', 'policy.refused', reason]
    dataset?.writeDataPoint({ indexes: ['policy'], blobs, doubles: [count] })
  }

  return function report(event) {
    if (event.kind === 'activated') writeActivated(event, now())
    else writeRefused(event, now())
  }
}
