/**
 * Values of fields as a signature covers them (RFC 9421 section 2.1).
 * @module
 */
import { toBase64 } from '../base64.ts'
import type { FieldLines } from './message.ts'

/** Lower-case names and the values of their lines, in order, raw. */
export type FieldIndex = ReadonlyMap<string, readonly string[]>

/** One pass over all lines, however many components there are. */
export function indexFields(lines: FieldLines): FieldIndex {
  const index = new Map<string, string[]>()
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const name = (lines[i] ?? '').toLowerCase()
    const values = index.get(name)
    if (values) values.push(lines[i + 1] ?? '')
    else index.set(name, [lines[i + 1] ?? ''])
  }
  return index
}

const isOuterSpace = (code: number): boolean => code === 0x20 || code === 0x09

/** Without outer spaces and tabs: `trim` would take more, as the no-break space that a Latin-1 byte can be. */
export function trimField(value: string): string {
  let start = 0
  let end = value.length
  while (start < end && isOuterSpace(value.charCodeAt(start))) start++
  while (end > start && isOuterSpace(value.charCodeAt(end - 1))) end--
  return start === 0 && end === value.length ? value : value.slice(start, end)
}

/** Each obsolete line fold (RFC 9112 section 5.2) becomes one space; any other line break stays. */
function unfold(value: string): string {
  if (!value.includes('\r\n')) return trimField(value)
  const parts = value.split('\r\n')
  const folded = parts.every((part, i) => i === 0 || (part !== '' && isOuterSpace(part.charCodeAt(0))))
  return folded ? trimField(parts.map(trimField).join(' ')) : value
}

/** Field content without obs-text (RFC 9421 section 2.5): visible ASCII, spaces and tabs. */
const CONTENT = /^[\t\x20-\x7e]*$/

/** Longest field that can be covered: it is copied, and as a byte sequence grows by a third. */
const MAX_COVERED = 16_384

/** True when all lines of a field are short enough to be covered. */
export function isCoverable(lines: readonly string[]): boolean {
  let length = 0
  for (const line of lines) length += line.length
  return length <= MAX_COVERED
}

/**
 * All lines as one value. `undefined` when it holds more than ASCII, and for more than one `Set-Cookie`: joined
 * with a comma two cookies and one that contains a comma look alike (RFC 9421 section 7.5.6).
 */
export function combineField(name: string, lines: readonly string[]): string | undefined {
  const [only] = lines
  if (only !== undefined && lines.length === 1) {
    const value = unfold(only)
    return CONTENT.test(value) ? value : undefined
  }
  if (name === 'set-cookie') return undefined
  const value = lines.map(unfold).join(', ')
  return CONTENT.test(value) ? value : undefined
}

/** What a field line can hold when each character is one byte (RFC 9110 section 5.5). */
const BYTES = /^[\t\x20-\x7e\x80-\xff]*$/

/** All lines, each as a byte sequence (RFC 9421 section 2.1.3). Characters are bytes, as in Node and Fetch. */
export function wrapField(lines: readonly string[]): string | undefined {
  const wrapped: string[] = []
  for (const line of lines) {
    const value = unfold(line)
    if (!BYTES.test(value)) return undefined
    const bytes = new Uint8Array(value.length)
    for (let i = 0; i < value.length; i++) bytes[i] = value.charCodeAt(i)
    wrapped.push(`:${toBase64(bytes)}:`)
  }
  return wrapped.join(', ')
}
