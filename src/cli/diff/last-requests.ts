/**
 * The last requests of a log, in order.
 * @module
 */
import type { LogFormat } from '../replay/log-format.ts'
import type { LogInput } from '../replay/log-input.ts'
import type { LogRequest } from '../replay/log-request.ts'
import { readLog } from '../replay/read-log.ts'

export interface LastRequests {
  /** Oldest first. */
  readonly requests: readonly LogRequest[]
  readonly format: LogFormat | undefined
  readonly badLines: number
  /** Why reading stopped early, for a person. */
  readonly trouble?: string
}

/** At most the `count` last requests; the whole log is read, and only these are kept. */
export async function readLastRequests(input: LogInput, count: number): Promise<LastRequests> {
  const ring: LogRequest[] = []
  let seen = 0
  let badLines = 0
  const { format, trouble } = await readLog(input, {}, (_line, parsed) => {
    if (parsed.kind === 'bad') badLines++
    if (parsed.kind !== 'request') return
    ring[seen % count] = parsed.request
    seen++
  })
  const start = seen > count ? seen % count : 0
  const requests = [...ring.slice(start), ...ring.slice(0, start)]
  return { requests, format, badLines, ...(trouble === undefined ? {} : { trouble }) }
}
