/**
 * Which header fields an operator may edit, and with what.
 * @module
 */
import { quoteText } from './problem.ts'

const MAX_VALUE = 8192

/** Each hop makes these anew (RFC 9110 section 7.6.1); an edit would break framing or be lost. */
const HOP_BY_HOP = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** The edge sets these on every request from what it has vetted; the verifier and the origin trust them. */
const SET_BY_EDGE = new Set([
  'cf-connecting-ip',
  'content-digest',
  'forwarded',
  'host',
  'true-client-ip',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-proto',
  'x-real-ip',
])

export type HeaderDirection = 'request_headers' | 'response_headers'

/** Why the field (lower-case name) may not be edited, or `undefined`. */
export function explainHeaderName(
  name: string,
  direction: HeaderDirection,
): readonly [message: string, fix: string] | undefined {
  const shown = quoteText(name)
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]{1,200}$/.test(name)) {
    return [`${shown} is not a header name`, 'Write letters, digits and -, without colon or spaces.']
  }
  if (HOP_BY_HOP.has(name) || name.startsWith('proxy-')) {
    return [
      `${shown} belongs to one connection and cannot be edited`,
      'Remove it: the runtime sets it itself.',
    ]
  }
  if (name.startsWith('sallyport-') || name.startsWith('signature')) {
    return [`${shown} belongs to the gateway and cannot be edited`, 'Choose another header name.']
  }
  if (direction === 'request_headers' && SET_BY_EDGE.has(name)) {
    return [
      `${shown} is set by the edge on every request and cannot be edited`,
      'Remove it, or choose another header name.',
    ]
  }
  if (direction === 'request_headers' && name.includes('_')) {
    return [
      `${shown} has an underscore, which the verifier refuses`,
      `Write ${quoteText(name.replaceAll('_', '-'))}.`,
    ]
  }
  return undefined
}

/** Why the value cannot be written as it is, or `undefined`. */
export function explainHeaderValue(value: string): readonly [message: string, fix: string] | undefined {
  if (value.length > MAX_VALUE) return [`The value is longer than ${MAX_VALUE} characters`, 'Shorten it.']
  if (!/^[\t\x20-\x7e]*$/.test(value)) {
    return [
      'The value has line breaks, control characters or letters outside ASCII',
      'Write printable ASCII on one line.',
    ]
  }
  if (value !== value.trim()) return ['The value starts or ends with a blank', 'Remove blanks at both ends.']
  return undefined
}
