/**
 * What expressions can ask about: a request, the moment it came, its content where that was read, and its
 * response when there is one.
 * @module
 */
import type { RequestFacts } from '../facts.ts'
import type { HeaderSource } from '../headers.ts'
import type { AssessmentView } from './assessment-view.ts'

/** A response's status and header section, before any edit of ours. */
export interface ResponseFacts {
  readonly status: number
  readonly headers: HeaderSource
}

/** The beginning of a request's content. */
export interface BodyFacts {
  /** A binary string, at most 64 KiB. */
  readonly raw: string
  /** Bytes of the whole content, as far as that is known; at least those of `raw`. */
  readonly size: number
  /** There is more than `raw`. */
  readonly truncated: boolean
}

export interface RuleFacts {
  readonly request: RequestFacts
  /** Milliseconds since the epoch. */
  readonly now: number
  /** 16 random bytes as a binary string, drawn when asked for; absent where nothing may be random. */
  readonly drawSeed?: () => string
  /** What is known of the client, made when it is first asked for; absent without `bots.yaml`. Never throws. */
  readonly bot?: () => AssessmentView
  /** Absent where content is not looked at, where there is none, and where it did not come in time. */
  readonly body?: BodyFacts
  /** Absent in the phases of the request. */
  readonly response?: ResponseFacts
}
