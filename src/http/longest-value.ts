/**
 * How long a value of a request can be that expressions look at.
 * @module
 */
import { MAX_SUBJECT } from '../lang/program.ts'
import type { HygieneBounds } from './hygiene-rules.ts'

/** UTF-8 of one UTF-16 unit. A stray byte is received as U+FFFD, and hygiene counts that as one. */
const BYTES_OF_UNIT = 3
/** `https://`, host and port, which come before the target in `http.request.full_uri`. */
const MAX_BASE = 512

/**
 * The longest value that hygiene lets through, in bytes, so that no padding can push what a rule looks for out
 * of its sight: all of the target and the header section, as rules may join fields.
 */
export function longestValue(bounds: HygieneBounds): number {
  const units = bounds.max_url_bytes + MAX_BASE + bounds.max_header_bytes
  return Math.max(MAX_SUBJECT, units * BYTES_OF_UNIT)
}
