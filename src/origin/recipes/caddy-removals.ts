/**
 * How Caddy takes away fields that claim an identity.
 * @module
 */
import { FAMILY_PREFIXES, IDENTITY_NAMES } from './identity-names.ts'

/** Those that facts and forwarding fields are in: they have to go before these are put in. */
const FIRST: readonly string[] = ['Sallyport-', 'X-Forwarded']

/**
 * Taken away, whoever sent it. All at once in the proxy, which costs a third of one directive each; Caddy sets
 * before it deletes there, so that the families of the fields that are set have to go before.
 */
export const REMOVED_FIRST: readonly string[] = FIRST.map(
  (prefix) => `request_header -${prefix.toLowerCase()}*`,
)

/** @param set Fields that are set in the same place. */
export function removeLast(set: readonly string[]): string[] {
  const families = FAMILY_PREFIXES.filter((prefix) => !FIRST.includes(prefix)).map((prefix) => `${prefix}*`)
  const kept = new Set(set.map((name) => name.toLowerCase()))
  const names = IDENTITY_NAMES.filter((name) => !kept.has(name.toLowerCase()))
  return [
    // In lower case, as Caddy compares them: other names would be copied for each request.
    ...[...families, ...names].map((name) => `header_up -${name.toLowerCase()}`),
    '# Applications behind a gateway interface read `_` and `.` as `-` (RFC 3875 section 4.1.18).',
    'header_up -*_*',
    'header_up -*.*',
  ]
}
