/**
 * Edits of header fields on a route, and which fields an operator may not touch.
 * @module
 */
import { z } from 'zod'
import type { HeaderEdits } from '../bundle/model.ts'
import { strict } from './fields.ts'
import { type Path, type Problem, quoteText } from './problem.ts'
import type { Section } from './section.ts'

export interface HeaderEditsInput {
  set: Record<string, string>
  add: Record<string, string | string[]>
  remove: string[]
}

const MAX_FIELDS = 100
const MAX_VALUE = 8192

export const headerEditsField: z.ZodType<HeaderEditsInput> = strict({
  set: z.record(z.string(), z.string()).prefault({}),
  add: z.record(z.string(), z.union([z.string(), z.array(z.string()).max(MAX_FIELDS)])).prefault({}),
  remove: z.array(z.string()).max(MAX_FIELDS).prefault([]),
}).prefault({})

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

type Direction = 'request_headers' | 'response_headers'

/** Why the field (lower-case name) may not be edited, or `undefined`. */
function explainName(
  name: string,
  direction: Direction,
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

function explainValue(value: string): readonly [message: string, fix: string] | undefined {
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

/** Compiles the edits found at `path`; names come out in lower case. */
export function compileHeaderEdits(
  section: Pick<Section<unknown>, 'at'>,
  path: readonly [...Path, Direction],
  input: HeaderEditsInput,
  problems: Problem[],
): HeaderEdits {
  const direction = path[path.length - 1] as Direction
  const seen = new Map<string, string>()
  const check = (place: Path, found: readonly [string, string] | undefined, what: 'key' | 'value'): void => {
    if (found) problems.push(section.at([...path, ...place], found[0], found[1], what))
  }
  const readName = (kind: string, written: string, place: Path, what: 'key' | 'value'): string => {
    const name = written.toLowerCase()
    check(place, explainName(name, direction), what)
    const other = seen.get(name)
    const twice = `${quoteText(name)} is edited twice, in ${other} and ${kind}`
    if (other) check(place, [twice, 'Keep one of the two.'], what)
    seen.set(name, kind)
    return name
  }
  const readPairs = (kind: 'set' | 'add', fields: HeaderEditsInput['add']): (readonly [string, string])[] =>
    Object.entries(fields).flatMap(([written, values]) => {
      const name = readName(kind, written, [kind, written], 'key')
      return [values].flat().map((value) => {
        check([kind, written], explainValue(value), 'value')
        return [name, value] as const
      })
    })
  return {
    set: readPairs('set', input.set),
    add: readPairs('add', input.add),
    remove: input.remove.map((name, i) => readName('remove', name, ['remove', i], 'value')),
  }
}
