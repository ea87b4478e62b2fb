/**
 * What expressions can ask about: a request, the moment it came, and its response when there is one.
 * @module
 */
import type { RequestFacts } from '../facts.ts'
import type { HeaderSource } from '../headers.ts'

/** A response's status and header section, before any edit of ours. */
export interface ResponseFacts {
  readonly status: number
  readonly headers: HeaderSource
}

export interface RuleFacts {
  readonly request: RequestFacts
  /** Milliseconds since the epoch. */
  readonly now: number
  /** 16 random bytes as a binary string, drawn when asked for; absent where nothing may be random. */
  readonly drawSeed?: () => string
  /** Absent in the phases of the request. */
  readonly response?: ResponseFacts
}
