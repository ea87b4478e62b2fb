/**
 * `remove_bytes(source, bytes)`: the source without any of the bytes.
 * @module
 */
import type { FunctionDefinition } from './definition.ts'
import { BYTES_FIELD, BYTES_LITERAL } from './parameters.ts'

export const REMOVE_BYTES: FunctionDefinition = {
  signature: { required: [BYTES_FIELD, BYTES_LITERAL], returns: () => 'Bytes' },
  call([source, unwanted]) {
    if (typeof source !== 'string' || typeof unwanted !== 'string') return undefined
    const isUnwanted = new Uint8Array(256)
    for (let i = 0; i < unwanted.length; i++) isUnwanted[unwanted.charCodeAt(i) & 0xff] = 1
    let out = ''
    let start = 0
    for (let i = 0; i < source.length; i++) {
      if (isUnwanted[source.charCodeAt(i) & 0xff] !== 1) continue
      out += source.slice(start, i)
      start = i + 1
    }
    return start === 0 ? source : out + source.slice(start)
  },
  cost: 10,
}
