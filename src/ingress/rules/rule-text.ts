/**
 * A value of an expression as text for a header field or a location.
 * @module
 */
import type { Value } from '../../lang/value.ts'
import { formatAddress } from '../../net/address.ts'

/** A binary string; `undefined` for a missing value, an array or a map. */
export function toRuleText(value: Value | undefined): string | undefined {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value)
    case 'object':
      return 'version' in value ? formatAddress(value) : undefined
    default:
      return undefined
  }
}
