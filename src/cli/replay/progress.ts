/**
 * Shows how far a replay is, on a terminal only.
 * @module
 */
import type { Writable } from 'node:stream'
import cliProgress from 'cli-progress'

export interface Progress {
  addBytes(count: number): void
  addRequest(): void
  stop(): void
}

const NO_PROGRESS: Progress = { addBytes(): void {}, addRequest(): void {}, stop(): void {} }

export interface ProgressOptions {
  /** Where the bar is drawn; `undefined` draws none. */
  readonly stream: Writable | undefined
  /** Bytes of all inputs, or `undefined` when not known: then no share is shown. */
  readonly total: number | undefined
  /** Milliseconds, for the rate. */
  readonly clock: () => number
}

/** The bar draws itself ten times a second at most; counting costs an addition per line. */
export function createProgress({ stream, total, clock }: ProgressOptions): Progress {
  if (!stream) return NO_PROGRESS
  const known = total !== undefined && total > 0
  const amount = known ? '[{bar}] {percentage} %  {read} of {size} MB' : '{read} MB'
  const bar = new cliProgress.SingleBar({
    format: `${amount}  {requests} requests  {rate}/s`,
    stream,
    hideCursor: true,
    clearOnComplete: true,
    barsize: 30,
  })
  const started = clock()
  let bytes = 0
  let requests = 0
  const payload = (): Record<string, string | number> => ({
    read: (bytes / 1e6).toFixed(1),
    size: ((total ?? 0) / 1e6).toFixed(1),
    requests,
    rate: Math.round((requests * 1000) / Math.max(1, clock() - started)),
  })
  bar.start(known ? total : 1, 0, payload())
  return {
    addBytes(count: number): void {
      bytes += count
      bar.update(known ? Math.min(bytes, total) : 0, payload())
    },
    addRequest(): void {
      requests++
    },
    stop(): void {
      bar.stop()
    },
  }
}
