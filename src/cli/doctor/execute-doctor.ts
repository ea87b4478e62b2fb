/**
 * Control first, then the battery, the control again, then the report.
 * @module
 */
import { randomBytes } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { DONE, PROBLEM, USAGE } from '../exit-codes.ts'
import { type Attempt, formatAttempt } from './attempt.ts'
import { BATTERY } from './battery.ts'
import type { BatteryCase } from './battery-case.ts'
import { type Control, checkControl } from './check-control.ts'
import { type DoctorFlags, type DoctorSettings, readDoctorSettings } from './doctor-settings.ts'
import type { Finding } from './finding.ts'
import { countVerdicts, renderFindings } from './render-findings.ts'
import { runBattery } from './run-battery.ts'
import { createDesk, type Desk } from './signing-desk.ts'
import { exchange, type Reply } from './wire.ts'

export interface DoctorOutput {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

/** A path that no application has. */
const NOWHERE = '/doctor/nothing-is-here'

/** Milliseconds for the whole battery. */
const DEADLINE = 300_000

function chooseCases({ groups, hasProbe }: DoctorSettings, bodies: boolean): BatteryCase[] {
  return BATTERY.filter(
    ({ group, needs }) =>
      groups.has(group) && (needs !== 'probe' || hasProbe) && (needs !== 'reader' || bodies),
  )
}

function openDesk({ desk }: DoctorSettings): Desk {
  return createDesk({
    ...desk,
    now: () => Date.now() / 1000,
    drawNonce: () => randomBytes(16).toString('base64url'),
  })
}

type Send = (attempt: Attempt) => Promise<Reply>

async function control(settings: DoctorSettings, send: Send): Promise<Control> {
  const desk = openDesk(settings)
  return checkControl(await send(desk.sign()), desk)
}

async function tryAll(settings: DoctorSettings, flags: DoctorFlags, send: Send): Promise<Finding[]> {
  return runBattery({
    cases: chooseCases(settings, flags.bodies ?? false),
    openDesk: () => openDesk(settings),
    send,
    missing: await send(openDesk(settings).sign({ path: NOWHERE, query: '?' })),
    unsafe: flags.unsafe ?? false,
    rate: settings.rate,
    deadline: DEADLINE,
    clock: () => performance.now(),
    sleep: async (milliseconds) => {
      await sleep(milliseconds)
    },
  })
}

/**
 * Resolves to the exit code: 0 when nothing was let through, 1 when something was, 2 when nothing could be tried, or
 * the origin has shut everybody out on the way.
 */
export async function executeDoctor(url: string, flags: DoctorFlags, output: DoctorOutput): Promise<number> {
  const read = readDoctorSettings(url, flags)
  if (!read.ok) {
    output.err(`error: ${read.message}`)
    return USAGE
  }
  const { settings } = read
  const send: Send = (attempt) =>
    exchange(settings.door, formatAttempt(attempt), {
      timeout: settings.timeout,
      answers: attempt.answers ?? 1,
      headless: attempt.method === 'HEAD',
    })
  const before = await control(settings, send)
  if (!before.ok) {
    output.err(`error: ${before.message}`)
    return USAGE
  }
  const findings = await tryAll(settings, flags, send)
  const after = await control(settings, send)
  const counts = countVerdicts(findings)
  const intact = `An intact signed request for ${settings.desk.target} is answered with ${before.status}.`
  if (flags.json) output.out(JSON.stringify({ url, control: before.status, counts, findings }, null, 2))
  else output.out(`${intact}\n\n${renderFindings(findings)}`)
  if (counts['let-through'] > 0) return PROBLEM
  if (after.ok) return DONE
  // A ban, say: then the attacks were refused for whom they came from.
  output.err(
    `error: The same request after all others: ${after.message} So the refusals before prove nothing.`,
  )
  return USAGE
}
