/**
 * `lower` and `upper`: ASCII letters only, every other byte stays.
 * @module
 */
import type { FunctionDefinition } from './definition.ts'
import { BYTES_FIELD } from './parameters.ts'

const NOT_ASCII = /[\x80-\xff]/

/** ASCII capitals to small letters in a binary string. */
export function foldCase(bytes: string): string {
  // The engine gives the same string back when nothing changes, so the comparison costs nothing then.
  const lower = bytes.toLowerCase()
  if (lower === bytes || !NOT_ASCII.test(bytes)) return lower
  return bytes.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

function raiseCase(bytes: string): string {
  if (!NOT_ASCII.test(bytes)) return bytes.toUpperCase()
  return bytes.replace(/[a-z]+/g, (letters) => letters.toUpperCase())
}

function define(change: (bytes: string) => string): FunctionDefinition {
  return {
    signature: { required: [BYTES_FIELD], returns: () => 'Bytes' },
    call: ([source]) => (typeof source === 'string' ? change(source) : undefined),
    cost: 5,
  }
}

export const LOWER: FunctionDefinition = define(foldCase)
export const UPPER: FunctionDefinition = define(raiseCase)
