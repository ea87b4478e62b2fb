/**
 * What a policy says of itself: requests, and what has to come of them. `sallyport test` runs these.
 * @module
 */
import type { Stage } from '../http/decision.ts'

/** A request as a test describes it. What is left out is not known of the client. */
export interface RequestExample {
  readonly method: string
  /** An absolute http(s) URL, or a path with its query for the policy's first host; as sent, never normalised. */
  readonly url: string
  /** Canonical text of an address. */
  readonly ip?: string
  readonly country?: string
  readonly asn?: number
  /** IATA code of a data centre. */
  readonly colo?: string
  /** As `TLSv1.3`. */
  readonly tls?: string
  /** As `HTTP/2`. */
  readonly http?: string
  /** Names as written, in any case; a name may repeat. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Content; a form, unless the headers say otherwise. */
  readonly body?: string
}

/** What the origin answers, as far as a test has a say in it. */
export interface ResponseExample {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/** What becomes of a request: `pass` goes to the origin. */
export type ExpectedAction = 'pass' | 'block' | 'challenge' | 'redirect' | 'respond'

/** What the stage of bots is to know of the client; what is left out may be as it likes. */
export interface ExpectedBot {
  readonly declared?: boolean
  readonly agent?: string
  readonly class?: string
  readonly verdict?: string
  readonly band?: string
}

export type Expectation =
  /** The filter of rule `rule` (`rules.<id>`) matches or not, whatever its mode and percentage. */
  | { readonly kind: 'match'; readonly rule: string; readonly matches: boolean }
  /** All that is given has to be so. */
  | {
      readonly kind: 'outcome'
      readonly action?: ExpectedAction
      /** Of the decision that ended the request, as `access.admin`. */
      readonly rule?: string
      readonly stage?: Stage
      readonly status?: number
      readonly location?: string
      /** Rules that must be among the logged ones. */
      readonly logged?: readonly string[]
      /** Values by lower-case name as the origin gets them; `null`: the field must not be there. */
      readonly request_headers?: Readonly<Record<string, string | null>>
      readonly bot?: ExpectedBot
    }

export interface PolicyTest {
  readonly name: string
  /** Relative to the rules folder. */
  readonly file: string
  readonly line: number
  readonly request: RequestExample
  /** How often the request is sent, by the same client at one moment; the last one is looked at. */
  readonly repeat?: number
  /** Of each of them; left out: 200 without header fields. */
  readonly response?: ResponseExample
  readonly expect: Expectation
}
