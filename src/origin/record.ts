/**
 * The decision record: one plain object per request, for the operator's log.
 * @module
 */
import type { Accepted } from '../signature/verify.ts'
import type { OriginFailure, Refused } from './outcome.ts'

/** Safe to write as a JSON line: no secrets, no query values, nothing from the client that was not checked. */
export interface DecisionRecord {
  /** ISO 8601, UTC. */
  readonly time: string
  readonly ok: boolean
  /** False for a path that is let in unsigned, and for a refusal before the signature was proved. */
  readonly signed: boolean
  /** Status sent, of a refusal. */
  readonly status?: 401 | 403
  /** The check that failed. */
  readonly failure?: OriginFailure
  readonly keyid?: string
  readonly request_id?: string
  readonly client_ip?: string
  readonly policy?: string
  readonly route?: string
  /** Seconds from signing to verification by the two doors' clocks: watch it to see them drift apart. */
  readonly age?: number
}

/** `accepted` is what the signature proved, if it did. */
function formatRecord(
  now: number,
  accepted: Accepted | undefined,
  refused: { readonly status: 401 | 403; readonly failure: OriginFailure } | undefined,
): DecisionRecord {
  return {
    time: new Date(now * 1000).toISOString(),
    ok: refused === undefined,
    signed: accepted !== undefined,
    ...(refused && { status: refused.status, failure: refused.failure }),
    ...(accepted && {
      keyid: accepted.keyid,
      request_id: accepted.requestId,
      client_ip: accepted.client.ip,
      policy: accepted.verdict.policy,
      route: accepted.verdict.route,
      age: Math.floor(now) - accepted.created,
    }),
  }
}

/** Writes one record for each decision, and makes the refusals. */
export interface Recorder {
  /** `accepted` is absent for a path that is let in unsigned. */
  admit(at: number, accepted?: Accepted): void
  /** `accepted` is present once the signature was proved; only then is the request id believed. */
  refuse(at: number, failure: OriginFailure, accepted?: Accepted): Refused
}

export function createRecorder(onDecision: ((record: DecisionRecord) => void) | undefined): Recorder {
  function write(at: number, accepted: Accepted | undefined, refused: Refused | undefined): void {
    if (!onDecision) return
    try {
      onDecision(formatRecord(at, accepted, refused))
    } catch {
      // A log that fails must neither open nor close the door.
    }
  }
  return {
    admit: (at, accepted) => write(at, accepted, undefined),
    refuse(at, failure, accepted) {
      const status = failure === 'unsigned' ? 401 : 403
      const refused: Refused = accepted
        ? { ok: false, status, failure, requestId: accepted.requestId }
        : { ok: false, status, failure }
      write(at, accepted, refused)
      return refused
    },
  }
}
