/**
 * What a shard has taken note of, told from what goes in and out: by how much it knows less after a loss.
 * @module
 */
import type { Answer, Report } from '../../src/ingress/limits/exchange.ts'

/** One isolate's part of one window: its use, and the tokens that it may still use. */
interface Part {
  readonly seq: number
  readonly used: number
  readonly open: number
}

/** By window, then by isolate. */
export type Commitments = Map<number, Map<number, Part>>

/** Takes note of a report and its answer. What an older message says is known already. */
export function note(
  commitments: Commitments,
  isolate: number,
  seq: number,
  report: Report,
  { grant }: Answer,
): void {
  const at = partsOf(commitments, report.window)
  if (seq < (at.get(isolate)?.seq ?? -1)) return
  at.set(isolate, { seq, used: report.used, open: report.held + grant })
  const before = partsOf(commitments, report.window - 1)
  if (report.before > (before.get(isolate)?.used ?? 0))
    before.set(isolate, { seq, used: report.before, open: 0 })
}

function partsOf(commitments: Commitments, window: number): Map<number, Part> {
  const found = commitments.get(window) ?? new Map<number, Part>()
  commitments.set(window, found)
  return found
}

export function copyCommitments(commitments: Commitments): Commitments {
  return new Map([...commitments].map(([window, parts]) => [window, new Map(parts)]))
}

/** By window: what `before` holds and `after` does not. */
export function compareCommitments(before: Commitments, after: Commitments): Map<number, number> {
  const lost = new Map<number, number>()
  for (const [window, parts] of before) {
    let sum = 0
    for (const [isolate, { used, open }] of parts) {
      const kept = after.get(window)?.get(isolate)
      sum += Math.max(0, used + open - (kept ? kept.used + kept.open : 0))
    }
    if (sum > 0) lost.set(window, sum)
  }
  return lost
}
