/**
 * Compares what became of a request with what a test expects.
 * @module
 */
import type { Expectation, ExpectedBot } from '../../policy/test-case.ts'
import type { OriginRequest } from '../explain/origin-request.ts'
import type { SecretUses } from '../explain/secret-uses.ts'
import type { TrialRun } from '../explain/trial.ts'
import type { Mismatch } from './test-report.ts'

export type OutcomeExpectation = Extract<Expectation, { readonly kind: 'outcome' }>

const NONE = '(none)'

/** All that was logged on the way, the rules of the response included. */
export function listLogged({ outcome, response }: TrialRun): readonly string[] {
  return [...outcome.logged, ...(response?.logged ?? [])].map(({ rule }) => rule)
}

/** As `block 403 by access.admin`. */
export function describeOutcome({ terminal, outcome, shownLocation }: TrialRun): string {
  if (terminal === undefined) return `pass to route ${outcome.route?.model.id ?? NONE}`
  const where = shownLocation === undefined ? '' : ` to ${shownLocation}`
  return `${terminal.action} ${terminal.status}${where} by ${terminal.rule}`
}

function* compareHeaders(
  expected: Readonly<Record<string, string | null>>,
  sent: OriginRequest | undefined,
  secrets: SecretUses,
): Generator<Mismatch> {
  for (const [name, value] of Object.entries(expected)) {
    const got = sent?.headers.get(name) ?? null
    if (got === value) continue
    const show = (text: string | null): string =>
      text === null ? '(not there)' : JSON.stringify(secrets.maskField(name, text))
    yield { what: `request_headers.${name}`, expected: show(value), got: show(got) }
  }
}

type Compare = (
  what: string,
  wanted: string | number | boolean | undefined,
  got: string | number | boolean | undefined,
) => void

function compareBot(expected: ExpectedBot, { outcome: { bot } }: TrialRun, compare: Compare): void {
  compare('bot.declared', expected.declared, bot?.declared)
  compare('bot.agent', expected.agent, bot?.agent?.name)
  compare('bot.class', expected.class, bot?.agent?.class)
  compare('bot.verdict', expected.verdict, bot?.verdict?.kind)
  compare('bot.band', expected.band, bot?.band)
}

/** What is not as expected; what a test does not name may be as it likes. */
export function checkOutcome(
  expected: OutcomeExpectation,
  run: TrialRun,
  sent: OriginRequest | undefined,
  secrets: SecretUses,
): readonly Mismatch[] {
  const { terminal, location, shownLocation } = run
  const mismatches: Mismatch[] = []
  const compare: Compare = (what, wanted, got) => {
    if (wanted === undefined || wanted === got) return
    mismatches.push({ what, expected: String(wanted), got: got === undefined ? NONE : String(got) })
  }
  compare('action', expected.action, terminal?.action ?? 'pass')
  compare('rule', expected.rule, terminal?.rule)
  compare('stage', expected.stage, terminal?.stage)
  compare('status', expected.status, terminal?.status)
  if (expected.bot !== undefined) compareBot(expected.bot, run, compare)
  if (expected.location !== location) compare('location', expected.location, shownLocation)
  const logged = listLogged(run)
  for (const rule of expected.logged ?? []) {
    if (logged.includes(rule)) continue
    mismatches.push({ what: 'logged', expected: rule, got: logged.join(', ') || NONE })
  }
  // A request that does not get there has none; that it should have is said already.
  if (expected.request_headers && terminal === undefined)
    mismatches.push(...compareHeaders(expected.request_headers, sent, secrets))
  return mismatches
}
