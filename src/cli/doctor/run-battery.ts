/**
 * Tries cases against a running origin: a few at a time, no faster than asked, and not for ever.
 * @module
 */
import type { Attempt } from './attempt.ts'
import type { BatteryCase } from './battery-case.ts'
import { type Finding, judgeReplies, skip } from './finding.ts'
import type { Desk } from './signing-desk.ts'
import type { Reply } from './wire.ts'

export interface BatteryRun {
  readonly cases: readonly BatteryCase[]
  /** A fresh desk for each case: signatures live for seconds. */
  readonly openDesk: () => Desk
  readonly send: (attempt: Attempt) => Promise<Reply>
  /** The application's answer to a signed request for a path that nobody has. */
  readonly missing: Reply
  /** Whether methods may be sent that change something, should the origin let them in. */
  readonly unsafe: boolean
  /** Requests per second at most. */
  readonly rate: number
  /** Milliseconds for all of it; cases that have not begun by then are skipped. */
  readonly deadline: number
  /** Milliseconds, from any beginning. */
  readonly clock: () => number
  readonly sleep: (milliseconds: number) => Promise<void>
}

const AT_ONCE = 4

/** Methods that change nothing (RFC 9110 section 9.2.1), in any case. Others would be done if they were let in. */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

/** No token, or none that any server knows: refused as it stands, or nothing happens. */
const isHarmless = (method: string): boolean =>
  SAFE.has(method.toUpperCase()) || method === 'GETX' || !/^[A-Z]+$/.test(method)

/** Hands out moments that are `1 / rate` seconds apart. */
function createPace({ rate, clock, sleep }: BatteryRun): () => Promise<void> {
  let next = clock()
  return async () => {
    const at = Math.max(next, clock())
    next = at + 1000 / rate
    const wait = at - clock()
    if (wait > 0) await sleep(wait)
  }
}

async function tryCase(one: BatteryCase, run: BatteryRun, pace: () => Promise<void>): Promise<Finding> {
  await pace()
  const desk = run.openDesk()
  const attempt = one.make(desk)
  const first = one.before?.(attempt, desk)
  if (!run.unsafe && [attempt, first ?? attempt].some(({ method }) => !isHarmless(method)))
    return skip(one, 'a method that changes something: --unsafe')
  if (first) {
    await run.send(first)
    await pace()
  }
  const copies = Array.from({ length: one.copies ?? 1 }, () => run.send(attempt))
  return judgeReplies(one, await Promise.all(copies), run.missing)
}

/** Findings in the order of the cases. */
export async function runBattery(run: BatteryRun): Promise<Finding[]> {
  const findings: Finding[] = []
  const pace = createPace(run)
  const end = run.clock() + run.deadline
  let next = 0
  const work = async (): Promise<void> => {
    for (let at = next++; at < run.cases.length; at = next++) {
      const one = run.cases[at]
      if (!one) return
      findings[at] = run.clock() < end ? await tryCase(one, run, pace) : skip(one, 'no time left')
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return findings
}
