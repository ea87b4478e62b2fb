/**
 * Runs the last requests of a log through two policies with the edge's own decision code.
 * @module
 */

import { openLogInput } from '../replay/log-input.ts'
import { linkReplay } from '../replay/open-policy.ts'
import { describeReadError } from '../replay/read-error.ts'
import { createDecisionComparison, type DecisionDifference } from './compare-decisions.ts'
import { type LastRequests, readLastRequests } from './last-requests.ts'
import type { PolicyContent } from './policy-content.ts'

export interface TrafficReport {
  readonly log: string
  readonly requests: number
  /** Requests about which the policies disagree. */
  readonly different: number
  readonly differences: readonly DecisionDifference[]
  /** What the log cannot tell, and what could not be read of it. */
  readonly warnings: readonly string[]
}

export interface CompareTraffic {
  readonly before: PolicyContent
  readonly after: PolicyContent
  /** File of a log in a format of `replay`. */
  readonly log: string
  /** Requests at the end of the log that are looked at. */
  readonly last: number
  /** 16 bytes: keys the hashes that limits count by. */
  readonly secret: Uint8Array
}

export type TrafficResult =
  | { readonly ok: true; readonly report: TrafficReport }
  | { readonly ok: false; readonly message: string }

const NO_HEADERS =
  'decision records have no header fields: rules that look at them see none, in both policies'

async function* noInput(): AsyncGenerator<Buffer, void, void> {}

async function read(log: string, last: number): Promise<LastRequests | string> {
  try {
    return await readLastRequests(await openLogInput(log, noInput()), last)
  } catch (error) {
    return `The log ${log} cannot be read: ${describeReadError(error)}`
  }
}

function listWarnings(
  { format, badLines, trouble }: LastRequests,
  gaps: readonly string[],
): readonly string[] {
  return [
    ...(trouble === undefined ? [] : [`the log could not be read to its end: ${trouble}`]),
    ...(badLines === 0 ? [] : [`${badLines} line(s) of the log could not be read`]),
    ...(format === 'decisions' ? [NO_HEADERS] : []),
    ...gaps,
  ]
}

/** Both policies see the same requests in the same order, each with counters of its own. */
export async function compareTraffic(options: CompareTraffic): Promise<TrafficResult> {
  const { before, after, log, last, secret } = options
  const found = await read(log, last)
  if (typeof found === 'string') return { ok: false, message: found }
  const scheme = 'https' as const
  const old = linkReplay('before', before.bundle, { scheme, secret })
  const young = linkReplay('after', after.bundle, { scheme, secret })
  const comparison = createDecisionComparison()
  for (const request of found.requests) {
    comparison.add(request, await old.judge(request), await young.judge(request))
  }
  const { requests, different } = comparison
  const warnings = listWarnings(found, young.warnings())
  return {
    ok: true,
    report: { log, requests, different, differences: comparison.differences(), warnings },
  }
}
