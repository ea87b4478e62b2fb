/**
 * `lookup_json_string(document, key, …)` and `lookup_json_integer(document, key, …)`: nil when the document is
 * not valid JSON, the path leads nowhere or to a value of another type. An integer is written with digits
 * only: 42.0 and 1e3 are none.
 * @module
 */
import { INT_MAX, INT_MIN, toInt } from '../int.ts'
import { decodeUtf8 } from '../utf8.ts'
import { toBytes, type Value } from '../value.ts'
import { type FunctionDefinition, MAX_RESULT_BYTES } from './definition.ts'
import { findJsonText } from './json-path.ts'
import { BYTES_FIELD, KEY_LITERAL } from './parameters.ts'

const BYTE_ORDER_MARK = '\xef\xbb\xbf'
const NOT_ASCII = /[\x80-\xff]/
const INTEGER = /^-?\d{1,19}$/

/** JSON is UTF-8 (RFC 8259 section 8.1); other bytes are no document. */
function readUtf8(bytes: string): string | undefined {
  return NOT_ASCII.test(bytes) ? decodeUtf8(bytes) : bytes
}

function readPath(keys: readonly (Value | undefined)[]): readonly (string | number)[] | undefined {
  const path: (string | number)[] = []
  for (const key of keys) {
    const step = typeof key === 'string' ? readUtf8(key) : key
    if (typeof step !== 'string' && typeof step !== 'number') return undefined
    path.push(step)
  }
  return path
}

function lookUp(args: readonly (Value | undefined)[]): string | undefined {
  const [document, ...keys] = args
  if (typeof document !== 'string' || document.length > MAX_RESULT_BYTES) return undefined
  // A parser may pass over the mark (RFC 8259 section 8.1), and origins do: it must not hide what they read.
  const text = readUtf8(document.startsWith(BYTE_ORDER_MARK) ? document.slice(3) : document)
  const path = readPath(keys)
  return text === undefined || !path ? undefined : findJsonText(text, path)
}

export const LOOKUP_JSON_STRING: FunctionDefinition = {
  signature: { required: [BYTES_FIELD, KEY_LITERAL], rest: KEY_LITERAL, returns: () => 'Bytes' },
  call(args) {
    const found = lookUp(args)
    return found?.startsWith('"') ? toBytes(JSON.parse(found)) : undefined
  },
  cost: 100,
}

export const LOOKUP_JSON_INTEGER: FunctionDefinition = {
  signature: { required: [BYTES_FIELD, KEY_LITERAL], rest: KEY_LITERAL, returns: () => 'Int' },
  call(args) {
    const found = lookUp(args)
    // -0 is a floating-point number: integers have no negative zero.
    if (found === undefined || !INTEGER.test(found) || found === '-0') return undefined
    const value = BigInt(found)
    return value < INT_MIN || value > INT_MAX ? undefined : toInt(value)
  },
  cost: 100,
}
