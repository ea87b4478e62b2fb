/**
 * Field values out of bytes that a request may have chosen (RFC 9110 section 5.5).
 * @module
 */

/** Bytes of a value: what the policy check allows for fixed ones. */
const MAX_VALUE = 8192

/**
 * Makes a value of printable ASCII: control characters become spaces, so that no value can end its line; bytes
 * from 0x80 on become `%HH`, because servers differ on what they mean. `undefined` when it is too long.
 * @param bytes A binary string.
 */
export function cleanFieldValue(bytes: string): string | undefined {
  if (bytes.length > MAX_VALUE) return undefined
  if (PRINTABLE.test(bytes)) return bytes.trim()
  const value = bytes.replace(NOT_PRINTABLE, (char) => {
    const code = char.charCodeAt(0)
    return code < 0x80 ? ' ' : `%${code.toString(16).toUpperCase()}`
  })
  return value.length > MAX_VALUE ? undefined : value.trim()
}

const PRINTABLE = /^[ -~]*$/
const NOT_PRINTABLE = /[^ -~]/g
