/**
 * The two ways access logs write time, read without the locale or zone of the machine that replays them.
 * @module
 */

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec'

/** Length of `10/Oct/2000:13:55:36 -0700`. */
export const CLF_TIME_LENGTH = 26

/** Reads `10/Oct/2000:13:55:36 -0700` at `from`; milliseconds since the epoch, or `NaN`. */
export function readClfTime(text: string, from: number): number {
  const month = MONTHS.indexOf(text.slice(from + 3, from + 6))
  const day = digits(text, from, 2)
  const year = digits(text, from + 7, 4)
  const hour = digits(text, from + 12, 2)
  const minute = digits(text, from + 15, 2)
  const second = digits(text, from + 18, 2)
  const zone = digits(text, from + 22, 2) * 60 + digits(text, from + 24, 2)
  const sign = text.charAt(from + 21)
  if (month < 0 || month % 3 !== 0 || !hasSeparators(text, from)) return Number.NaN
  // 60 is a leap second (RFC 3339 section 5.6).
  if (!(day >= 1 && day <= 31 && hour <= 23 && minute <= 59 && second <= 60 && zone < 24 * 60))
    return Number.NaN
  const offset = (sign === '-' ? -zone : zone) * 60_000
  return Date.UTC(year, month / 3, day, hour, minute, second) - offset
}

function hasSeparators(text: string, from: number): boolean {
  const sign = text.charAt(from + 21)
  return (
    text.charAt(from + 2) === '/' &&
    text.charAt(from + 6) === '/' &&
    text.charAt(from + 11) === ':' &&
    text.charAt(from + 14) === ':' &&
    text.charAt(from + 17) === ':' &&
    text.charAt(from + 20) === ' ' &&
    (sign === '+' || sign === '-')
  )
}

/** Number of `count` decimal digits at `from`, or `NaN`. */
function digits(text: string, from: number, count: number): number {
  let value = 0
  for (let at = from; at < from + count; at++) {
    const digit = text.charCodeAt(at) - 0x30
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

/**
 * Reads a Logpush timestamp: RFC 3339 text, or a count since the epoch in seconds, milliseconds or
 * nanoseconds (a job's `timestamp_format` is `rfc3339`, `unix` or `unixnano`). The unit follows from the
 * size: the bounds lie in the years 5138 and 1973. Returns milliseconds since the epoch, or `NaN`.
 */
export function readLogpushTime(value: unknown): number {
  if (typeof value === 'number') return scaleEpoch(value)
  if (typeof value !== 'string' || value.length > 40) return Number.NaN
  const year = digits(value, 0, 4)
  if (!Number.isNaN(year) && value.charAt(4) === '-' && value.charAt(10) === 'T') return Date.parse(value)
  const count = value.trim() === '' ? Number.NaN : Number(value)
  return scaleEpoch(count)
}

function scaleEpoch(count: number): number {
  if (!(count > 0)) return Number.NaN
  if (count < 1e11) return count * 1e3
  if (count < 1e14) return count
  if (count < 1e17) return count / 1e3
  return count < 1e20 ? count / 1e6 : Number.NaN
}
