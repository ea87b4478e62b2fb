/**
 * The bounds of everything in a message to a shard. A message with anything outside of them is not counted at all.
 * @module
 */
import { BEGAN_PARTS, MAX_REPORTS, MAX_WANT, type Report, type Terms } from './exchange.ts'

/** Longest `period`, in seconds: one day. */
export const MAX_PERIOD = 86_400
/** Longest refusal, in seconds: one week. */
export const MAX_MITIGATION = 604_800
/** Highest limit; times the longest period in milliseconds it is still an exact integer. */
export const MAX_LIMIT = 100_000_000
/** Highest `factor` of refusals that grow. */
const MAX_FACTOR = 100
/** Most that one isolate may have let through in one window; points add up faster than requests. */
const MAX_USED = 2 ** 32 - 1
/** Most tokens that one isolate may hold of one key. */
const MAX_HELD = 65_535

type Bounds = readonly [least: number, most: number]

const WORD: Bounds = [0, 2 ** 32 - 1]
const SAFE: Bounds = [0, Number.MAX_SAFE_INTEGER]

const REPORT_BOUNDS: readonly (readonly [keyof Report, Bounds])[] = [
  ['hi', WORD],
  ['lo', WORD],
  ['window', SAFE],
  ['used', [0, MAX_USED]],
  ['before', [0, MAX_USED]],
  ['began', [0, BEGAN_PARTS - 1]],
  ['beganBefore', [0, BEGAN_PARTS - 1]],
  ['held', [0, MAX_HELD]],
  ['want', [0, MAX_WANT]],
]

const TERMS_BOUNDS: readonly (readonly [keyof Terms, Bounds])[] = [
  ['period', [1, MAX_PERIOD]],
  ['limit', [1, MAX_LIMIT]],
  ['mitigation', [0, MAX_MITIGATION]],
  ['longest', [0, MAX_MITIGATION]],
]

/**
 * Says what is wrong with a message that came over a wire, or `undefined` when nothing is. Names the field and
 * its bounds, never a value.
 */
export function findBadExchange(message: unknown): string | undefined {
  if (!isRecord(message)) return 'the message must be an object'
  for (const field of ['isolate', 'seq', 'since']) {
    const fault = findBadWhole(message, field, SAFE)
    if (fault !== undefined) return fault
  }
  const { reports } = message
  if (!Array.isArray(reports)) return 'reports must be an array'
  if (reports.length > MAX_REPORTS) return `at most ${MAX_REPORTS} reports go into one message`
  for (const [index, report] of reports.entries()) {
    const fault = findBadReport(report)
    if (fault !== undefined) return `reports[${index}]: ${fault}`
  }
  return undefined
}

function findBadReport(report: unknown): string | undefined {
  if (!isRecord(report)) return 'must be an object'
  for (const [field, bounds] of REPORT_BOUNDS) {
    const fault = findBadWhole(report, field, bounds)
    if (fault !== undefined) return fault
  }
  return findBadTerms(report.terms)
}

function findBadTerms(terms: unknown): string | undefined {
  if (!isRecord(terms)) return 'terms must be an object'
  for (const [field, bounds] of TERMS_BOUNDS) {
    const fault = findBadWhole(terms, field, bounds)
    if (fault !== undefined) return `terms.${fault}`
  }
  const { factor, strict, provisional = false } = terms
  if (typeof factor !== 'number' || !(factor >= 1 && factor <= MAX_FACTOR)) {
    return `terms.factor must be a number from 1 to ${MAX_FACTOR}`
  }
  if (typeof strict !== 'boolean') return 'terms.strict must be true or false'
  return typeof provisional === 'boolean' ? undefined : 'terms.provisional must be true or false'
}

function findBadWhole(
  record: Readonly<Record<string, unknown>>,
  field: string,
  [least, most]: Bounds,
): string | undefined {
  const value = record[field]
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return undefined
  return `${field} must be a whole number from ${least} to ${most}`
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
