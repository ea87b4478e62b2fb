/**
 * `to_string`: the text of a number, a truth value or an address.
 * @module
 */
import { formatAddress } from '../../net/address.ts'
import { isAddress } from '../value.ts'
import type { FunctionDefinition } from './definition.ts'
import { PRINTABLE_FIELD } from './parameters.ts'

export const TO_STRING: FunctionDefinition = {
  signature: { required: [PRINTABLE_FIELD], returns: () => 'Bytes' },
  call([value]) {
    if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
      return String(value)
    return isAddress(value) ? formatAddress(value) : undefined
  },
  cost: 5,
}
