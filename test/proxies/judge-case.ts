/** Runs one case of the battery against a running door, with a look behind it. */
import { type Attempt, formatAttempt } from '../../src/cli/doctor/attempt.ts'
import { type BatteryCase, SPOOF } from '../../src/cli/doctor/battery-case.ts'
import { exchange, type Reply } from '../../src/cli/doctor/wire.ts'
import type { Key } from '../../src/signature/keys.ts'
import { checkSeen } from './check-seen.ts'
import type { Seen } from './echo-origin.ts'
import { EXCEPTIONS, type Exception } from './exceptions.ts'
import { openDesk } from './test-desk.ts'

export interface DoorUnderTest {
  /** On 127.0.0.1. */
  readonly port: number
  /** What the edge would send as `Host`. */
  readonly authority: string
  readonly key?: Key
  /** The application reads HTTP itself: it may hear of a request whose content is then found wrong. */
  readonly inside?: boolean
  /** What has reached the application since the last call. */
  take(): readonly Seen[]
}

/** Milliseconds. Nothing is timed by it: whoever does not answer is at fault. */
const PATIENCE = 5000

/** Answers of a parser that refuses before anybody verifies, and of the verifier. */
const REFUSALS = new Set([400, 401, 403, 404, 405, 408, 411, 413, 414, 417, 421, 426, 431, 501, 505])

const send = (port: number, attempt: Attempt): Promise<Reply> =>
  exchange({ host: '127.0.0.1', port }, formatAttempt(attempt), {
    timeout: PATIENCE,
    answers: attempt.answers ?? 1,
    headless: attempt.method === 'HEAD',
  })

const describeReply = (reply: Reply): string =>
  reply.kind === 'answer' ? `status ${reply.status}` : reply.kind

/** 401 is for requests of which nothing was signed, 403 for all others; what is wrong twice over may get either. */
function checkRefusal({ failure, name, group, late }: BatteryCase, reply: Reply): string[] {
  if (reply.kind === 'closed') return []
  // The application's own answer was lost with the content.
  if (late && reply.kind === 'answer' && reply.status === 502) return []
  if (reply.kind !== 'answer' || !REFUSALS.has(reply.status))
    return [`${name}: ${describeReply(reply)} is no refusal`]
  if (failure === undefined) return []
  if (failure === 'unsigned')
    return group === 'unsigned' && reply.status === 403 ? ['status 403 for unsigned'] : []
  return reply.status === 401 ? [`status 401 for ${failure}`] : []
}

function judge(
  one: BatteryCase,
  attempt: Attempt,
  reply: Reply,
  seen: readonly Seen[],
  inside: boolean,
): string[] {
  if (one.expect === 'refused' && attempt.answers !== undefined) {
    const smuggled = seen.filter(({ url }) => url.includes(SPOOF))
    return smuggled.length > 0 ? ['the hidden request reached the application'] : []
  }
  if (one.expect === 'refused') {
    const faults = checkRefusal(one, reply)
    const reached = one.late || inside ? seen.filter(({ bodyHash }) => bodyHash !== '') : seen
    return reached.length > 0 ? ['it reached the application', ...faults] : faults
  }
  if (one.expect === 'passes' && (reply.kind !== 'answer' || reply.status !== 200 || seen.length !== 1))
    return [`${describeReply(reply)}, ${seen.length} reached the application`]
  if (seen.length === 0) return checkRefusal(one, reply)
  return seen.flatMap((saw) => checkSeen(attempt, saw, one.expect === 'passes'))
}

/** What a proxy was still busy with when the case before had been judged is told by another agent. */
function isOwn({ url, fields }: Seen, attempt: Attempt): boolean {
  const agent = fields.find((value) => value.startsWith('battery/'))
  return agent === undefined || url.includes(SPOOF) || attempt.fields.some((value) => value.trim() === agent)
}

function judgeException(
  one: BatteryCase,
  { instead }: Exception,
  attempt: Attempt,
  reply: Reply,
  seen: readonly Seen[],
): string[] {
  const usual = judge(one, attempt, reply, seen, false)
  if (usual.length === 0) return ['it is an exception, and need not be']
  if (instead === 'answered') return seen.length === 0 ? [] : usual
  if (seen.length === 0) return usual
  return seen.flatMap((saw) => checkSeen(attempt, saw, false))
}

/** Everything that is not as it has to be; empty when the door called `name` is right. */
export async function judgeCase(one: BatteryCase, name: string, door: DoorUnderTest): Promise<string[]> {
  const desk = openDesk(door.authority, door.key)
  const attempt = one.make(desk)
  if (one.before) await send(door.port, one.before(attempt, desk))
  door.take()
  if (one.copies !== undefined) {
    const replies = await Promise.all(Array.from({ length: one.copies }, () => send(door.port, attempt)))
    const passed = replies.filter((reply) => reply.kind === 'answer' && reply.status === 200).length
    const reached = door.take().length
    return passed === 1 && reached === 1
      ? []
      : [`${passed} copies passed, ${reached} reached the application`]
  }
  const reply = await send(door.port, attempt)
  const seen = door.take().filter((saw) => isOwn(saw, attempt))
  const title = `${one.group}, ${one.name}`
  const exception = EXCEPTIONS.find((known) => known.door === name && known.case === title)
  if (exception) return judgeException(one, exception, attempt, reply, seen)
  return judge(one, attempt, reply, seen, door.inside ?? false)
}
