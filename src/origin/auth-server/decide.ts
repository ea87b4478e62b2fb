/**
 * From what a load balancer asks to what it is told, whatever the protocol.
 * @module
 */
import type { Received } from '../../signature/verify.ts'
import type { OriginFailure, Outcome } from '../outcome.ts'
import type { Verifier } from '../verifier.ts'
import type { OriginalFailure } from './modes.ts'

/** `misasked`: the load balancer did not say what the client's request was. */
export type Misasked = { readonly ok: false; readonly status: 403; readonly failure: OriginalFailure }

export type Decision = Outcome | Misasked

/** Every reason for a refusal. */
export type ServerFailure = OriginFailure | OriginalFailure

/** Told of each decision, and how long it took in milliseconds. */
export type Observe = (decision: Decision, elapsed: number) => void

/** Decides at once unless the replay store is asynchronous. Never throws and never rejects. */
export type Decide = (original: Received | OriginalFailure) => Decision | Promise<Decision>

const MISASKED: Readonly<Record<OriginalFailure, Misasked>> = {
  'original-missing': { ok: false, status: 403, failure: 'original-missing' },
  'original-repeated': { ok: false, status: 403, failure: 'original-repeated' },
  'original-form': { ok: false, status: 403, failure: 'original-form' },
}

/** @param timer Milliseconds from any beginning, never backwards. */
export function createDecide(verifier: Verifier, observe: Observe, timer: () => number): Decide {
  return function decide(original) {
    const start = timer()
    const outcome = typeof original === 'string' ? MISASKED[original] : verifier.verify(original)
    if (outcome instanceof Promise) {
      return outcome.then((settled) => {
        observe(settled, timer() - start)
        return settled
      })
    }
    observe(outcome, timer() - start)
    return outcome
  }
}
