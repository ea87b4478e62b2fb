/**
 * Refusals made once for each second that a client may have to wait: floods are answered without making anything.
 * @module
 */
import type { Decision } from '../../http/decision.ts'
import type { Refusals } from './refusal.ts'

/** Decisions kept for each limit; a wait that is longer takes the place of a shorter one. */
const KEPT = 64

/** Says what `refusals` says. Waits within one second share a decision. */
export function rememberRefusals(refusals: Refusals): Refusals {
  const kept: (Decision | undefined)[] = Array.from({ length: KEPT }, () => undefined)
  const waits = new Float64Array(KEPT)
  return {
    ...refusals,
    refuse(wait) {
      const seconds = Math.ceil(wait / 1000)
      const place = seconds & (KEPT - 1)
      const known = waits[place] === seconds ? kept[place] : undefined
      if (known !== undefined) return known
      const made = refusals.refuse(wait)
      kept[place] = made
      waits[place] = seconds
      return made
    },
  }
}
