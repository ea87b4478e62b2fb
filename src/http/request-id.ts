/**
 * Request ids: UUID version 7 (RFC 9562 section 5.7), so that logs sort by time.
 * @module
 */

const hex: readonly string[] = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))

/** Makes an id from a time in milliseconds and at least ten random bytes. */
export function formatRequestId(now: number, random: Uint8Array): string {
  const time = Math.floor(now).toString(16).padStart(12, '0')
  const at = (i: number): string => hex[random[i] ?? 0] ?? '00'
  const version = hex[0x70 | ((random[0] ?? 0) & 0x0f)] ?? '70'
  const variant = hex[0x80 | ((random[2] ?? 0) & 0x3f)] ?? '80'
  const node = at(4) + at(5) + at(6) + at(7) + at(8) + at(9)
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-${version}${at(1)}-${variant}${at(3)}-${node}`
}
