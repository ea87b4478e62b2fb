/**
 * The log formats replay knows, and how to tell which one a file is in from its first lines.
 * @module
 */
import { parseCombinedLine } from './combined.ts'
import type { LineParser } from './log-request.ts'
import { parseLogpushLine } from './logpush.ts'

export type LogFormat = 'combined' | 'logpush'

/** `combined` reads Common, Combined and vhost_combined alike. */
export const PARSERS: Readonly<Record<LogFormat, LineParser>> = {
  combined: parseCombinedLine,
  logpush: parseLogpushLine,
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
  let logpush = 0
  let combined = 0
  let braces = 0
  for (const line of lines) {
    if (parseLogpushLine(line).kind !== 'bad') logpush++
    if (parseCombinedLine(line).kind !== 'bad') combined++
    if (line[0] === 0x7b) braces++
  }
  if (logpush !== combined) return logpush > combined ? 'logpush' : 'combined'
  return braces * 2 > lines.length ? 'logpush' : 'combined'
}
