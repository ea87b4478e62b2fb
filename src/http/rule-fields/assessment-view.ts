/**
 * What expressions can ask about the client behind a request.
 * @module
 */

/** As much of an assessment as there are fields for. */
export interface AssessmentView {
  /** It says that it is automated. */
  readonly declared: boolean
  /** The known agent that it names, or that has signed the request. */
  readonly agent?: { readonly name: string; readonly class: string }
  /** Whether it is that agent; absent without one. */
  readonly verdict?: { readonly kind: 'verified' | 'spoofed' | 'pending' | 'unverifiable' }
  /** 0 to 100. */
  readonly score: number
  readonly band: string
}
