/**
 * The hygiene rules of the target: one for each anomaly that reading it can find.
 * @module
 */
import { type HygieneRule, NEVER_RELAXED } from './hygiene-rules.ts'
import * as bit from './target.ts'

/** Strict-path rules that a route may relax, by the id of the rule. */
export const RELAXATIONS = [
  'encoded-slash',
  'encoded-backslash',
  'encoded-control',
  'double-encoding',
  'overlong-utf8',
  'query-bad-escape',
  'query-nul',
] as const

export type Relaxation = (typeof RELAXATIONS)[number]

export interface AnomalyRule extends Omit<HygieneRule, 'broken'> {
  readonly bit: number
  /** Whether a route may accept it with `relax: [<id>]`. */
  readonly relaxable: boolean
}

const relax = (id: string): string => `Add \`relax: [${id}]\` to the route in rules/routes/.`

/** Bits of the target, most serious first. */
export const ANOMALY_RULES: readonly AnomalyRule[] = [
  anomaly('not-origin-form', bit.NOT_ORIGIN_FORM, 'The request-target is not a path.'),
  anomaly('nul', bit.NUL, 'The path has a NUL character.'),
  anomaly('bad-escape', bit.BAD_ESCAPE, 'The path has a `%` that is not followed by two hexadecimal digits.'),
  anomaly('dot-segment', bit.DOT_SEGMENT, 'The path has `.` or `..` segments.'),
  {
    ...anomaly('url-too-long', bit.TOO_LONG, 'The request-target is too long.'),
    status: 414,
    fix: 'This cannot be raised: nothing over 64 KiB is read.',
  },
  relaxable('encoded-slash', bit.ENCODED_SLASH, 'The path has an encoded slash (`%2F`).'),
  relaxable('encoded-backslash', bit.ENCODED_BACKSLASH, 'The path has a backslash or `%5C`.'),
  relaxable('encoded-control', bit.ENCODED_CONTROL, 'The path has a control character.'),
  relaxable('double-encoding', bit.DOUBLE_ENCODING, 'The path has an escape of an escape, such as `%252F`.'),
  relaxable(
    'overlong-utf8',
    bit.OVERLONG_UTF8,
    'The path has a character in more bytes than UTF-8 takes for it, such as `%C0%AE`.',
  ),
  relaxable(
    'query-bad-escape',
    bit.QUERY_BAD_ESCAPE,
    'The query has a `%` that is not followed by two hexadecimal digits.',
  ),
  relaxable('query-nul', bit.QUERY_NUL, 'The query has a NUL character.'),
]

function anomaly(id: string, mask: number, reason: string): AnomalyRule {
  return { id, bit: mask, status: 400, reason, fix: NEVER_RELAXED, relaxable: false }
}

function relaxable(id: Relaxation, mask: number, reason: string): AnomalyRule {
  return { id, bit: mask, status: 400, reason, fix: relax(id), relaxable: true }
}

/** Bits that a list of relaxations accepts. */
export function acceptedAnomalies(relaxations: readonly string[]): number {
  let accepted = 0
  for (const rule of ANOMALY_RULES) if (rule.relaxable && relaxations.includes(rule.id)) accepted |= rule.bit
  return accepted
}
