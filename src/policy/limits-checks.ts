/**
 * Keys of a limit that do not go together.
 * @module
 */
import type { Accuracy, Characteristic } from '../bundle/model.ts'
import type { Mode } from '../http/decision.ts'
import type { LimitContext } from './limits-expressions.ts'
import { type LimitInput, WEEK } from './limits-schema.ts'
import { reportAt } from './rule-context.ts'

const ACCURACIES: readonly string[] = ['strict', 'balanced', 'relaxed']

/** Below this many requests, allowances and leases are too coarse. */
const STRICT_BELOW = 20

function isAccuracy(text: string): text is Accuracy {
  return ACCURACIES.includes(text)
}

/** `mode` says how accurately a limit counts, too; such a limit is enforced. */
export function modeOf({ mode }: LimitInput): Mode {
  return isAccuracy(mode) ? 'enforce' : mode
}

export function accuracyOf({ mode, counting, ...input }: LimitInput): Accuracy {
  if (isAccuracy(mode)) return mode
  return counting ?? (amountOf(input) < STRICT_BELOW ? 'strict' : 'balanced')
}

/** Requests or points per period. */
export function amountOf(input: Pick<LimitInput, 'requests_per_period' | 'score_per_period'>): number {
  return input.requests_per_period ?? input.score_per_period ?? 1
}

/** Seconds that a refusal lasts. */
export function mitigationOf({ action, mitigation_timeout, period }: LimitInput): number {
  return action === 'throttle' ? 0 : (mitigation_timeout ?? period)
}

function checkAmount(context: LimitContext, input: LimitInput): void {
  const { requests_per_period: requests, score_per_period: score, score_response_header_name: header } = input
  if (requests !== undefined && score !== undefined) {
    const message = 'A limit counts requests or a score, not both'
    reportAt(context, ['score_per_period'], message, 'Remove it, or requests_per_period.', 'key')
  }
  if (requests === undefined && score === undefined) {
    const fix = 'Add it; it is a whole number. For scores of the origin: score_per_period.'
    reportAt(context, ['requests_per_period'], 'requests_per_period is missing', fix)
  }
  if (score !== undefined && header === undefined) {
    const fix =
      'Add score_response_header_name: the header field in which the origin says what a request costs.'
    reportAt(context, ['score_per_period'], 'A score needs the name of a header field', fix, 'key')
  }
  if (score === undefined && header !== undefined) {
    const message = 'A score needs a limit'
    const fix = 'Add score_per_period: this many points pass in one period.'
    reportAt(context, ['score_response_header_name'], message, fix, 'key')
  }
}

function checkAccuracy(context: LimitContext, { mode, counting }: LimitInput): void {
  if (counting === undefined || !isAccuracy(mode) || mode === counting) return
  const message = `mode says ${mode}, and counting says ${counting}`
  reportAt(context, ['counting'], message, 'Remove one of the two, or write mode: enforce.', 'key')
}

function checkMitigation(context: LimitContext, input: LimitInput): void {
  const { action, escalate, mitigation_timeout: timeout } = input
  if (action === 'throttle' && timeout !== undefined && timeout > 0) {
    const message = 'throttle refuses only while a client is over the limit'
    reportAt(context, ['mitigation_timeout'], message, 'Remove it, or write action: block.', 'key')
  }
  if (escalate === undefined) return
  const lasts = mitigationOf(input)
  if (lasts === 0) {
    const message = 'Only refusals that last can escalate'
    const fix = 'Remove escalate, or write action: block with a mitigation_timeout.'
    reportAt(context, ['escalate'], message, fix, 'key')
  } else if (escalate.max < lasts) {
    const message = `The longest refusal (${escalate.max} s) is shorter than the first (${lasts} s)`
    reportAt(
      context,
      ['escalate'],
      message,
      `Write max: ${Math.min(lasts * escalate.factor, WEEK)}s or more.`,
      'key',
    )
  }
}

function checkBan(
  context: LimitContext,
  input: LimitInput,
  characteristics: readonly Characteristic[],
): void {
  const { ban, action } = input
  if (ban === undefined) return
  const report = (message: string, fix: string): void => reportAt(context, ['ban'], message, fix, 'key')
  if (action === 'log') report('A limit that only logs bans nobody', 'Write action: block, or remove ban.')
  // Else refusals come twice a second, and an ordinary client is banned for being a bit too fast.
  else if (mitigationOf(input) === 0)
    report('Only refusals that last lead to a ban', 'Add a mitigation_timeout, or remove ban.')
  // Else whoever knows a name could have the addresses of others banned.
  if (!characteristics.some(({ kind }) => kind === 'ip.src'))
    report(
      'A ban is of addresses, and this limit does not count by them',
      'Add ip.src to the characteristics.',
    )
}

function checkAnswer(context: LimitContext, { action, status, response }: LimitInput): void {
  const refuses = action === 'block' || action === 'throttle'
  if (!refuses && response !== undefined) {
    const message = `Only block and throttle have a response, and the action is ${action}`
    reportAt(context, ['response'], message, 'Write action: block, or remove response.', 'key')
  }
  if (!refuses && action !== 'log' && status !== undefined) {
    const message = `Only block and throttle have a status, and the action is ${action}`
    reportAt(context, ['status'], message, 'Write action: block, or remove status.', 'key')
  }
  const { status_code: code, content_type: type, content } = response ?? {}
  if (status !== undefined && code !== undefined && status !== code) {
    const message = `status says ${status}, and response.status_code ${code}`
    reportAt(context, ['response', 'status_code'], message, 'Remove one of the two.')
  }
  if (type !== undefined && content === undefined) {
    const fix = 'Add response.content, or remove content_type: the problem document (RFC 9457) has its own.'
    reportAt(context, ['response', 'content_type'], 'There is no content of this type', fix, 'key')
  }
}

/** Adds to `context.problems` whatever of a limit's keys cannot be meant together. */
export function checkLimit(
  context: LimitContext,
  input: LimitInput,
  characteristics: readonly Characteristic[],
): void {
  checkAmount(context, input)
  checkAccuracy(context, input)
  checkMitigation(context, input)
  // One that could not be read is told already.
  if (characteristics.length === input.characteristics.length) checkBan(context, input, characteristics)
  checkAnswer(context, input)
}
