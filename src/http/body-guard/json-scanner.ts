/**
 * JSON while it streams: depth, keys, values and lengths of strings, without building any of them.
 *
 * The structure is held to the grammar (RFC 8259 section 2), so that nobody hides nesting behind comments or
 * quotes that only a lenient parser knows. The spelling of numbers and literals is left to the origin. Several
 * documents after one another are taken, as bulk interfaces use them.
 * @module
 */
import type { JsonBounds } from './body-bounds.ts'
import type { BodyFault } from './body-rules.ts'
import type { Scanner } from './scanner.ts'

/** What may come next. A value where a document begins, and after a comma or colon. */
const VALUE = 0
const VALUE_OR_END = 1
const KEY = 2
const KEY_OR_END = 3
const COLON = 4
/** After a value: a comma or the end of what holds it; at the top, another document. */
const NEXT = 5
/** Before anything but a byte order mark. */
const BEGIN = 6
const SCALAR = 7
const STRING = 8
const ESCAPED = 9

const MARK = [0xef, 0xbb, 0xbf]

/** Bytes that end a run within a string: the quote, the backslash, and what JSON bars from strings. */
const endsRun = new Uint8Array(256).fill(1, 0, 0x20)
endsRun[0x22] = 1
endsRun[0x5c] = 1

/** Bytes of numbers and of `true`, `false`, `null`. */
const isScalar = new Uint8Array(256)
for (const byte of new TextEncoder().encode('+-.0123456789Eaeflnrstu')) isScalar[byte] = 1

/** What an array has in place of the number of its keys. */
const ARRAY = -1

export function createJsonScanner(bounds: JsonBounds): Scanner {
  return new JsonScanner(bounds)
}

class JsonScanner implements Scanner {
  readonly #bounds: JsonBounds
  /** Keys so far of each object that is open around the innermost, or ARRAY. */
  #stack: Int32Array
  #depth = 0
  /** The same of the innermost one. */
  #keys = ARRAY
  #items = 0
  /** Bytes of the string that is open, and whether it is a key. */
  #length = 0
  #isKey = false
  #mark = 0
  #state = BEGIN

  constructor(bounds: JsonBounds) {
    this.#bounds = bounds
    this.#stack = new Int32Array(Math.min(bounds.max_depth, 16))
  }

  /** One loop over locals: calls for each token would cost three times as much as all the rest. */
  scan(bytes: Uint8Array): BodyFault | undefined {
    const { max_depth, max_keys, max_items, max_string } = this.#bounds
    let at = this.#skipMark(bytes)
    // Nothing can come after a part of a byte order mark.
    if (at < bytes.length && this.#mark % 3 !== 0) return 'json-malformed'
    let state = this.#state
    let depth = this.#depth
    let keys = this.#keys
    let items = this.#items
    let length = this.#length
    let isKey = this.#isKey
    let stack = this.#stack
    while (at < bytes.length) {
      if (state >= STRING) {
        let end = at
        // What an escape stands for does not matter, only that it cannot end the string.
        if (state === ESCAPED) {
          state = STRING
          end++
        }
        while (end < bytes.length && endsRun[bytes[end] as number] === 0) end++
        length += end - at
        if (length > max_string) return 'json-string'
        if (end === bytes.length) break
        at = end + 1
        if (bytes[end] === 0x22) state = isKey ? COLON : NEXT
        else if (bytes[end] !== 0x5c) return 'json-malformed'
        else if (++length > max_string) return 'json-string'
        else state = ESCAPED
        continue
      }
      let byte = bytes[at++] as number
      if (state === SCALAR) {
        while (isScalar[byte] === 1 && at < bytes.length) byte = bytes[at++] as number
        if (isScalar[byte] === 1) break
        state = NEXT
      }
      if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) continue
      if (byte === 0x22) {
        isKey = state === KEY || state === KEY_OR_END
        if (!isKey && state > VALUE_OR_END && !(state === NEXT && depth === 0)) return 'json-malformed'
        if (isKey ? ++keys > max_keys : ++items > max_items) return isKey ? 'json-keys' : 'json-items'
        length = 0
        state = STRING
      } else if (byte === 0x2c) {
        if (state !== NEXT || depth === 0) return 'json-malformed'
        state = keys === ARRAY ? VALUE : KEY
      } else if (byte === 0x3a) {
        if (state !== COLON) return 'json-malformed'
        state = VALUE
      } else if (byte === 0x5d || byte === 0x7d) {
        const isArray = byte === 0x5d
        const mayEnd = state === NEXT || state === (isArray ? VALUE_OR_END : KEY_OR_END)
        if (!mayEnd || depth === 0 || isArray !== (keys === ARRAY)) return 'json-malformed'
        keys = stack[--depth] as number
        state = NEXT
      } else {
        if (state > VALUE_OR_END && !(state === NEXT && depth === 0)) return 'json-malformed'
        if (++items > max_items) return 'json-items'
        if (byte === 0x7b || byte === 0x5b) {
          if (depth >= max_depth) return 'json-depth'
          if (depth === stack.length) stack = this.#grow()
          stack[depth++] = keys
          keys = byte === 0x7b ? 0 : ARRAY
          state = byte === 0x7b ? KEY_OR_END : VALUE_OR_END
        } else if (isScalar[byte] === 1) state = SCALAR
        else return 'json-malformed'
      }
    }
    this.#state = state
    this.#depth = depth
    this.#keys = keys
    this.#items = items
    this.#length = length
    this.#isKey = isKey
    return
  }

  end(): BodyFault | undefined {
    const isEmpty = this.#items === 0 && this.#mark % 3 === 0
    const isWhole = this.#state === NEXT || this.#state === SCALAR || isEmpty
    return isWhole && this.#depth === 0 ? undefined : 'json-malformed'
  }

  /** A byte order mark is taken and has no meaning (RFC 8259 section 8.1). */
  #skipMark(bytes: Uint8Array): number {
    if (this.#state !== BEGIN) return 0
    let at = 0
    while (at < bytes.length && this.#mark < 3 && bytes[at] === MARK[this.#mark]) {
      this.#mark++
      at++
    }
    if (at < bytes.length) this.#state = VALUE
    return at
  }

  #grow(): Int32Array {
    const larger = new Int32Array(Math.min(this.#bounds.max_depth, this.#stack.length * 2))
    larger.set(this.#stack)
    this.#stack = larger
    return larger
  }
}
