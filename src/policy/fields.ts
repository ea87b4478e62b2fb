/**
 * The kinds of fields that policy files have, as zod schemas that explain themselves: an issue carries its
 * `fix` in `params`.
 * @module
 */
import { z } from 'zod'
import type { Mode } from '../http/decision.ts'
import type { PathPattern } from '../http/scope.ts'
import { parseHostPattern } from '../net/host-set.ts'
import { checkPath } from './canonical-path.ts'
import { quoteText } from './problem.ts'
import { formatDuration, formatSize, type QuantityResult, readDuration, readSize } from './quantities.ts'

/** Starts the message of an unknown-key issue; the known keys follow, separated by commas. */
export const KNOWN_KEYS = 'known keys: '

/** An object that allows these keys only. */
export function strict<S extends z.core.$ZodLooseShape>(shape: S): z.ZodObject<S, z.core.$strict> {
  const known = KNOWN_KEYS + Object.keys(shape).join(',')
  return z.strictObject(shape, { error: (issue) => (issue.code === 'unrecognized_keys' ? known : undefined) })
}

export type FieldResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string; readonly fix: string }

/** A field of type `input` that `read` turns into what is meant or explains. */
export function readWith<I, T>(input: z.ZodType<I>, read: (value: I) => FieldResult<T>): z.ZodType<T> {
  return input.transform((value, context): T => {
    const result = read(value)
    if (result.ok) return result.value
    context.addIssue({ code: 'custom', message: result.message, params: { fix: result.fix } })
    return z.NEVER
  })
}

/** A number, or a text with one of these units; the pattern is for editors only. */
function quantity(units: string, example: string): z.ZodType<number | string> {
  return z.union([z.number(), z.string().meta({ pattern: `^[0-9]+(${units})$` })], {
    error: `must be ${example}`,
  })
}

const duration: z.ZodType<number | string> = quantity('ms|s|m|h|d', 'a duration, as 30s or 5m')
const size: z.ZodType<number | string> = quantity('B|KiB|MiB|GiB', 'a size, as 64KiB or 10MiB')

function ranged(
  result: QuantityResult,
  low: number,
  high: number,
  format: (value: number) => string,
): QuantityResult {
  if (!result.ok || (result.value >= low && result.value <= high)) return result
  return {
    ok: false,
    message: `${format(result.value)} is out of range`,
    fix: `Write a value from ${format(low)} to ${format(high)}.`,
  }
}

/** Whole seconds in a range of seconds. */
export function secondsField(low: number, high: number): z.ZodType<number> {
  return readWith(duration, (value) => {
    const result = ranged(readDuration(value), low * 1000, high * 1000, formatDuration)
    if (!result.ok) return result
    if (result.value % 1000 !== 0)
      return { ok: false, message: 'This must be whole seconds', fix: 'Write it as 10s.' }
    return { ok: true, value: result.value / 1000 }
  })
}

/** Milliseconds in a range of milliseconds. A bare number is refused: it could mean either unit. */
export function millisecondsField(low: number, high: number): z.ZodType<number> {
  return readWith(duration, (value) => {
    if (typeof value === 'number' && value !== 0) {
      return { ok: false, message: 'This duration has no unit', fix: `Write ${value}s or ${value}ms.` }
    }
    return ranged(readDuration(value), low, high, formatDuration)
  })
}

/** Bytes in a range. */
export function sizeField(low: number, high: number): z.ZodType<number> {
  return readWith(size, (value) => ranged(readSize(value), low, high, formatSize))
}

export const modeField: z.ZodType<Mode> = z.enum(['off', 'log', 'enforce'])

/** A text with a pattern that editors show; whoever reads it says what is wrong in better words. */
function patternText({ source }: RegExp): z.ZodType<string> {
  return z.string().meta({ pattern: source })
}

const ID = /^[a-z][a-z0-9-]{0,62}$/
const METHOD = /^[A-Z][A-Z-]{0,31}$/

/** An id: it becomes part of rule ids, part names and records. */
export const idField: z.ZodType<string> = readWith(patternText(ID), (text) =>
  ID.test(text)
    ? { ok: true, value: text }
    : {
        ok: false,
        message: `${quoteText(text)} is not an id`,
        fix: 'Write lower-case letters, digits and -, starting with a letter, at most 63.',
      },
)

export const descriptionField: z.ZodType<string> = z.string().max(500)

export const hostField: z.ZodType<string> = readWith(z.string(), (text) => {
  const result = parseHostPattern(text)
  return result.ok ? { ok: true, value: result.pattern } : result
})

export const methodField: z.ZodType<string> = readWith(patternText(METHOD), (text) =>
  METHOD.test(text)
    ? { ok: true, value: text }
    : {
        ok: false,
        message: `${quoteText(text)} is not a method`,
        fix: 'Write methods in upper case, as GET or POST.',
      },
)

/** A media type, with parameters, as a Content-Type field has it. */
export const contentTypeField: z.ZodType<string> = readWith(z.string(), (text) =>
  /^[a-z0-9.+-]+\/[a-z0-9.+-]+(?:; ?[a-z0-9-]+=[A-Za-z0-9"_.-]+)*$/i.test(text) && text.length <= 200
    ? { ok: true, value: text }
    : { ok: false, message: 'This is not a media type', fix: 'Write it as text/html; charset=utf-8.' },
)

export const pathField: z.ZodType<string> = readWith(z.string(), checkPath)

function toPattern(input: string | { prefix: string } | { exact: string }): PathPattern {
  if (typeof input === 'string') return { kind: 'prefix', value: input }
  if ('exact' in input) return { kind: 'exact', value: input.exact }
  return { kind: 'prefix', value: input.prefix }
}

/** `/a` or `{prefix: /a}` for a path and all below it, `{exact: /a}` for that path alone. */
export const pathPatternField: z.ZodType<PathPattern> = z
  .union([pathField, strict({ exact: pathField }), strict({ prefix: pathField })], {
    error: 'must be a path, {prefix: path} or {exact: path}',
  })
  .transform(toPattern)

/** Most entries in any list of a policy file; longer lists of addresses belong into lists/*.txt. */
export const MAX_ITEMS = 1000

export function listOf<T>(item: z.ZodType<T>): z.ZodType<T[]> {
  return z.array(item).max(MAX_ITEMS)
}
