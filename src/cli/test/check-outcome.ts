/**
 * Compares what became of a request with what a test expects.
 * @module
 */
import type { Expectation } from '../../policy/test-case.ts'
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

/** What is not as expected; what a test does not name may be as it likes. */
export function checkOutcome(
  expected: OutcomeExpectation,
  run: TrialRun,
  sent: OriginRequest | undefined,
  secrets: SecretUses,
): readonly Mismatch[] {
  const { terminal, location, shownLocation } = run
  const mismatches: Mismatch[] = []
  const compare = (
    what: string,
    wanted: string | number | undefined,
    got: string | number | undefined,
  ): void => {
    if (wanted === undefined || wanted === got) return
    mismatches.push({ what, expected: String(wanted), got: got === undefined ? NONE : String(got) })
  }
  compare('action', expected.action, terminal?.action ?? 'pass')
  compare('rule', expected.rule, terminal?.rule)
  compare('stage', expected.stage, terminal?.stage)
  compare('status', expected.status, terminal?.status)
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
