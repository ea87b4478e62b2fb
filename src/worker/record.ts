/**
 * The decision record: one JSON line per request that says what was decided, where and why.
 * `docs/decision-records.md` documents each field.
 * @module
 */
import type { Decision } from '../http/decision.ts'
import type { RequestFacts } from '../http/facts.ts'
import type { Assessment } from '../ingress/bots/assessment.ts'
import type { Charge } from '../ingress/bots/crawlers/crawlers.ts'
import { type BotRecord, recordAssessment } from '../ingress/bots/describe-assessment.ts'
import { formatAddress } from '../net/address.ts'

export interface DecisionRecord {
  readonly kind: 'decision'
  /** ISO 8601. */
  readonly time: string
  readonly request_id: string
  readonly action: 'pass' | Decision['action']
  readonly stage?: Decision['stage']
  readonly rule?: string
  readonly reason?: string
  readonly fix?: string
  /** Status of the answer to the client. */
  readonly status: number
  readonly method: string
  readonly host: string
  readonly path: string
  readonly query?: string
  readonly client: {
    readonly ip?: string
    readonly country?: string
    readonly asn?: number
    readonly colo?: string
  }
  /** Who the client is; absent when nobody has asked, as for what ends before the rules. */
  readonly bot?: BotRecord
  /** What a crawler has agreed to pay for this answer; nothing was collected here. */
  readonly charge?: Charge
  readonly route?: string
  /** Rules in `log` mode that matched. */
  readonly logged?: readonly string[]
  /** Rules that did something without ending the request: skipped checks, edited header fields. */
  readonly matched?: readonly string[]
  /** Version of the policy. */
  readonly policy: string
  /** Milliseconds from the request's arrival to the header section of the answer. */
  readonly duration_ms: number
}

/** Records of a flood that were not written, by rule; `pass` stands for requests that went on. */
export interface LeftOutRecord {
  readonly kind: 'left-out'
  readonly time: string
  readonly counts: Readonly<Record<string, number>>
}

export interface Decided {
  readonly requestId: string
  readonly facts: RequestFacts
  readonly terminal: Decision | undefined
  readonly logged: readonly Decision[]
  readonly matched?: readonly string[]
  readonly bot?: Assessment
  readonly charge?: Charge
  readonly route: string | undefined
  readonly policy: string
  readonly status: number
  /** Milliseconds since the epoch. */
  readonly started: number
  readonly ended: number
}

/** Characters of a path or query in a record: the request may bring thousands. */
const MAX_TEXT = 512

export function buildRecord(decided: Decided, withQuery: boolean): DecisionRecord {
  const { facts, terminal, logged, started } = decided
  return {
    kind: 'decision',
    time: new Date(started).toISOString(),
    request_id: decided.requestId,
    action: terminal?.action ?? 'pass',
    ...(terminal ? { stage: terminal.stage, rule: terminal.rule, reason: terminal.reason } : {}),
    ...(terminal?.fix === undefined ? {} : { fix: terminal.fix }),
    status: decided.status,
    method: facts.method,
    host: facts.host.authority,
    path: facts.target.path.slice(0, MAX_TEXT),
    ...(withQuery && facts.target.query !== '' ? { query: facts.target.query.slice(0, MAX_TEXT) } : {}),
    client: clientOf(facts),
    ...(decided.bot === undefined ? {} : { bot: recordAssessment(decided.bot) }),
    ...(decided.charge === undefined ? {} : { charge: decided.charge }),
    ...(decided.route === undefined ? {} : { route: decided.route }),
    ...(logged.length === 0 ? {} : { logged: logged.map((decision) => decision.rule) }),
    ...(decided.matched === undefined ? {} : { matched: decided.matched }),
    policy: decided.policy,
    duration_ms: Math.max(0, Math.round(decided.ended - started)),
  }
}

function clientOf({ client }: RequestFacts): DecisionRecord['client'] {
  return {
    ...(client.address === undefined ? {} : { ip: formatAddress(client.address) }),
    ...(client.country === undefined ? {} : { country: client.country }),
    ...(client.asn === undefined ? {} : { asn: client.asn }),
    ...(client.colo === undefined ? {} : { colo: client.colo }),
  }
}
