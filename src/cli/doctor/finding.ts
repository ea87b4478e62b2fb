/**
 * What an answer says about a case, as far as it can be seen from outside.
 * @module
 */
import type { BatteryCase, Expectation, Group } from './battery-case.ts'
import type { Reply } from './wire.ts'

/**
 * - `right`: refused what has to be, passed what has to.
 * - `let-through`: an attack was answered by the application.
 * - `turned-away`: a request that has to pass was refused.
 * - `unseen`: passed on, as it may be; only the application could tell what it got.
 * - `unclear`: no answer, or one that says neither.
 * - `skipped`: not tried; `told` says why.
 */
export type Verdict = 'right' | 'let-through' | 'turned-away' | 'unseen' | 'unclear' | 'skipped'

export interface Finding {
  readonly group: Group
  readonly name: string
  readonly expect: Expectation
  readonly verdict: Verdict
  /** What came, in a word or two: never anything that the origin wrote. */
  readonly told: string
  readonly why: string
}

/** Statuses by which a verifier or the parser before it refuses. */
const REFUSALS: ReadonlySet<number> = new Set([
  400, 401, 403, 408, 411, 413, 414, 417, 421, 426, 431, 501, 505,
])

/** Statuses of a server that is not well, or does not want the method: nobody knows who gave them. */
const UNCLEAR: ReadonlySet<number> = new Set([405, 500, 502, 503, 504])

export type Reading = 'refused' | 'answered' | 'unclear'

/** The kind of content that an answer has: enough to tell an application's page from a server's. */
function readType(head: string): string {
  return /^content-type:[ \t]*([^\r\n]*)/im.exec(head)?.[1]?.toLowerCase() ?? ''
}

/** True for a 404 that is not the application's own: a server in front of it knows no such path, and never asked. */
function isForeign(reply: Reply, missing: Reply): boolean {
  if (reply.kind !== 'answer' || reply.status !== 404) return false
  if (missing.kind !== 'answer' || missing.status !== 404) return true
  return readType(reply.head) !== readType(missing.head)
}

/** `missing` is the application's answer to a signed request for a path that nobody has. */
export function readReply(reply: Reply, missing: Reply): Reading {
  if (reply.kind === 'closed') return 'refused'
  if (reply.kind !== 'answer' || UNCLEAR.has(reply.status) || isForeign(reply, missing)) return 'unclear'
  return REFUSALS.has(reply.status) ? 'refused' : 'answered'
}

const TOLD = { closed: 'closed', silent: 'no answer in time', unreachable: 'no connection' } as const

export function describeReply(reply: Reply): string {
  return reply.kind === 'answer' ? String(reply.status) : TOLD[reply.kind]
}

const VERDICTS: Readonly<Record<Expectation, Readonly<Record<Reading, Verdict>>>> = {
  refused: { refused: 'right', answered: 'let-through', unclear: 'unclear' },
  passes: { refused: 'turned-away', answered: 'right', unclear: 'unclear' },
  either: { refused: 'right', answered: 'unseen', unclear: 'unclear' },
}

function judgeCopies(replies: readonly Reply[], missing: Reply): Pick<Finding, 'verdict' | 'told'> {
  const readings = replies.map((reply) => readReply(reply, missing))
  const passed = readings.filter((reading) => reading === 'answered').length
  const told = `${passed} of ${replies.length} passed`
  if (passed > 1) return { verdict: 'let-through', told }
  return { verdict: passed === 1 && !readings.includes('unclear') ? 'right' : 'unclear', told }
}

/** `replies` holds one, or one for each copy. */
export function judgeReplies(one: BatteryCase, replies: readonly Reply[], missing: Reply): Finding {
  const { group, name, expect, why, late } = one
  const first: Reply = replies[0] ?? { kind: 'silent' }
  const judged =
    replies.length > 1
      ? judgeCopies(replies, missing)
      : { verdict: VERDICTS[late ? 'either' : expect][readReply(first, missing)], told: describeReply(first) }
  return { group, name, expect, why, ...judged }
}

export function skip({ group, name, expect, why }: BatteryCase, reason: string): Finding {
  return { group, name, expect, why, verdict: 'skipped', told: reason }
}
