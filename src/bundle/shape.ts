/**
 * Small checks of JSON values, for the reader's side: a compiled policy was checked when it was compiled,
 * this only keeps one of another shape from reaching the stages. A schema library would be most of the Worker.
 * @module
 */

/** Whether a JSON value has the wanted shape. */
export type Shape = (value: unknown) => boolean

export const isText: Shape = (value) => typeof value === 'string'
export const isFlag: Shape = (value) => typeof value === 'boolean'

/** A whole number from `low` to `high`. */
export function isWhole(low: number, high: number): Shape {
  return (value) => Number.isSafeInteger(value) && (value as number) >= low && (value as number) <= high
}

export function isMatch(pattern: RegExp): Shape {
  return (value) => typeof value === 'string' && pattern.test(value)
}

export function isOneOf(...options: readonly unknown[]): Shape {
  return (value) => options.includes(value)
}

export function isListOf(item: Shape): Shape {
  return (value) => Array.isArray(value) && value.every(item)
}

/** A map of names to values, at most `most` of them. */
export function isRecordOf(key: Shape, item: Shape, most: number): Shape {
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    const entries = Object.entries(value)
    return entries.length <= most && entries.every(([name, each]) => key(name) && item(each))
  }
}

export function isPairOf(first: Shape, second: Shape): Shape {
  return (value) => Array.isArray(value) && value.length === 2 && first(value[0]) && second(value[1])
}

export function isAnyOf(...shapes: readonly Shape[]): Shape {
  return (value) => shapes.some((shape) => shape(value))
}

/** An object with all of `fields`, maybe some of `optional`, and no others. */
export function isObject(
  fields: Readonly<Record<string, Shape>>,
  optional: Readonly<Record<string, Shape>> = {},
): Shape {
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
    const own = value as Readonly<Record<string, unknown>>
    const known = (key: string): boolean => Object.hasOwn(fields, key) || Object.hasOwn(optional, key)
    if (!Object.keys(own).every(known)) return false
    if (!Object.entries(fields).every(([key, shape]) => Object.hasOwn(own, key) && shape(own[key])))
      return false
    return Object.entries(optional).every(([key, shape]) => !Object.hasOwn(own, key) || shape(own[key]))
  }
}
