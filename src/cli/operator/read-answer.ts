/**
 * What an answer of the operator API holds: bans or attack states.
 * @module
 */
import { OperatorError } from './operator-client.ts'

/**
 * One thing, none (`null`) or a list of them, by the name of the field.
 * @throws OperatorError when anything else is there, as from an edge of another version.
 */
export function readAnswer<T>(
  answer: unknown,
  field: string,
  isOne: (value: unknown) => value is T,
): readonly T[] {
  const value =
    typeof answer === 'object' && answer !== null
      ? (answer as Readonly<Record<string, unknown>>)[field]
      : undefined
  if (value === null) return []
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (list.every(isOne)) return list
  throw new OperatorError(
    'The edge answered in a form that this command does not know. Is one of them newer?',
  )
}
