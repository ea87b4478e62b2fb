/**
 * Changes to an attempt, each of which gives another one.
 * @module
 */
import { type Attempt, formatAttempt } from './attempt.ts'

type Pair = readonly [name: string, value: string]

function pairsOf({ fields }: Attempt): Pair[] {
  return Array.from(
    { length: fields.length / 2 },
    (_, i): Pair => [fields[2 * i] ?? '', fields[2 * i + 1] ?? ''],
  )
}

const isNamed = (name: string, wanted: string): boolean => name.toLowerCase() === wanted.toLowerCase()

/** The first value of a field; empty when it is not there. */
export function getField(attempt: Attempt, name: string): string {
  return pairsOf(attempt).find(([own]) => isNamed(own, name))?.[1] ?? ''
}

/** Every field by turns through `edit`, which gives any number of pairs for one. */
export function mapFields(attempt: Attempt, edit: (name: string, value: string) => readonly Pair[]): Attempt {
  return { ...attempt, fields: pairsOf(attempt).flatMap(([name, value]) => edit(name, value).flat()) }
}

/** Puts another value in place of a field's, or with `undefined` takes the field away. */
export function setField(attempt: Attempt, name: string, value: string | undefined): Attempt {
  return mapFields(attempt, (own, old) => {
    if (!isNamed(own, name)) return [[own, old]]
    return value === undefined ? [] : [[own, value]]
  })
}

/** Appends fields, given as names and values by turns. */
export function addFields(attempt: Attempt, ...more: readonly string[]): Attempt {
  return { ...attempt, fields: [...attempt.fields, ...more] }
}

/** Puts a field before all others. */
export function addFirst(attempt: Attempt, name: string, value: string): Attempt {
  return { ...attempt, fields: [name, value, ...attempt.fields] }
}

/**
 * Changes the value of one field by substitution.
 * @throws Error when nothing changes: a case that does nothing would prove nothing.
 */
export function editField(attempt: Attempt, name: string, from: string | RegExp, to: string): Attempt {
  const before = getField(attempt, name)
  const after = before.replace(from, to)
  if (after === before) throw new Error(`${String(from)} changes nothing of ${name}`)
  return setField(attempt, name, after)
}

/** Changes the base64 text within `Signature`. */
export function editSignature(attempt: Attempt, edit: (base64: string) => string): Attempt {
  const [, label = '', text = ''] = /^([^=]*)=:(.*):$/.exec(getField(attempt, 'Signature')) ?? []
  return setField(attempt, 'Signature', `${label}=:${edit(text)}:`)
}

/**
 * Changes the bytes of the whole request by substitution.
 * @throws Error when nothing changes.
 */
export function editText(attempt: Attempt, from: string | RegExp, to: string): Attempt {
  const before = formatAttempt(attempt)
  const text = before.replace(from, to)
  if (text === before) throw new Error(`${String(from)} changes nothing of the request`)
  return { ...attempt, text }
}
