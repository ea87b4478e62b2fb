/**
 * One JSON line for a decision, so many a second at most: a flood of refusals must not become a flood of writes.
 * @module
 */
import type { Decision, ServerFailure } from './decide.ts'

/** Safe to write down: nothing from the client that was not checked, and no secret. */
interface Line {
  /** ISO 8601, UTC. */
  readonly time: string
  readonly ok: boolean
  readonly signed: boolean
  readonly status?: number
  readonly failure?: ServerFailure
  readonly keyid?: string
  readonly request_id?: string
  readonly client_ip?: string
  readonly policy?: string
  readonly route?: string
  /** Seconds from signing to arrival, by the two doors' clocks. */
  readonly age?: number
  /** Lines left out since the last one. */
  readonly unlogged?: number
}

export interface DecisionLog {
  write(decision: Decision): void
  /** Lines left out so far. */
  readonly unlogged: number
}

export interface DecisionLogOptions {
  /** `refused` leaves out who came in. */
  readonly what: 'refused' | 'all' | 'none'
  /** Lines a second at most. */
  readonly perSecond: number
  /** Seconds since 1970. */
  readonly now: () => number
  /** Gets a line with its line feed; false when it cannot take it, as nobody reads the last ones. */
  readonly print: (line: string) => boolean
}

function describe(decision: Decision, now: number): Omit<Line, 'time' | 'unlogged'> {
  if (!decision.ok) {
    const { status, failure } = decision
    // The id is there only when the signature was right.
    const id = 'requestId' in decision ? decision.requestId : undefined
    return id === undefined
      ? { ok: false, signed: false, status, failure }
      : { ok: false, signed: true, status, failure, request_id: id }
  }
  if (!decision.signed) return { ok: true, signed: false }
  const { keyid, requestId, client, verdict, created } = decision
  return {
    ok: true,
    signed: true,
    keyid,
    request_id: requestId,
    client_ip: client.ip,
    policy: verdict.policy,
    route: verdict.route,
    age: Math.floor(now) - created,
  }
}

export function createDecisionLog({ what, perSecond, now, print }: DecisionLogOptions): DecisionLog {
  let second = 0
  let lines = 0
  let pending = 0
  let unlogged = 0

  function tryPrint(line: Omit<Line, 'time'>, at: number): boolean {
    try {
      return print(`${JSON.stringify({ time: new Date(at * 1000).toISOString(), ...line })}\n`)
    } catch {
      // A log that fails must neither open nor close the door.
      return false
    }
  }

  return {
    get unlogged() {
      return unlogged
    },
    write(decision) {
      if (what === 'none' || (decision.ok && what !== 'all')) return
      const at = now()
      if (Math.floor(at) !== second) {
        second = Math.floor(at)
        lines = 0
      }
      const missed = pending === 0 ? {} : { unlogged: pending }
      if (lines < perSecond && tryPrint({ ...describe(decision, at), ...missed }, at)) {
        lines++
        pending = 0
      } else {
        pending++
        unlogged++
      }
    },
  }
}
