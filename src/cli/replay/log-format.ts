/**
 * The log formats replay knows, and how to tell which one a file is in from its first lines.
 * @module
 */
import { parseCombinedLine } from './combined.ts'
import { parseDecisionLine } from './decision-records.ts'
import type { LineParser } from './log-request.ts'
import { parseLogpushLine } from './logpush.ts'

export type LogFormat = 'combined' | 'logpush' | 'decisions'

/** `combined` reads Common, Combined and vhost_combined alike. */
export const PARSERS: Readonly<Record<LogFormat, LineParser>> = {
  combined: parseCombinedLine,
  logpush: parseLogpushLine,
  decisions: parseDecisionLine,
}

export function isLogFormat(text: string): text is LogFormat {
  return Object.hasOwn(PARSERS, text)
}

/** Lines looked at before the format is settled. */
export const DETECTION_LINES = 32

/**
 * The format that reads most of `lines`; when none reads any, the one that they look like, so that every
 * line is then reported with a reason that fits.
 */
export function detectLogFormat(lines: readonly Buffer[]): LogFormat {
  const count = (format: LogFormat): number =>
    lines.filter((line) => PARSERS[format](line).kind !== 'bad').length
  const combined = count('combined')
  const logpush = count('logpush')
  const decisions = count('decisions')
  if (decisions > Math.max(logpush, combined)) return 'decisions'
  if (logpush !== combined) return logpush > combined ? 'logpush' : 'combined'
  const braces = lines.filter((line) => line[0] === 0x7b).length
  return braces * 2 > lines.length ? 'logpush' : 'combined'
}
