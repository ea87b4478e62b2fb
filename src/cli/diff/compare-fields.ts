/**
 * Two items field by field.
 * @module
 */

export type Item = Readonly<Record<string, unknown>>

/** Compiled forms, which change with the source that stands beside them. */
const DERIVED: ReadonlySet<string> = new Set(['filter'])
const MAX_VALUE = 40

/** The fields of an item; those of an object in it have names as `stages.rules`, and so on down to `depth`. */
export function itemOf(value: object, depth = 1): Item {
  const entries: [string, unknown][] = Object.entries(value)
  return Object.fromEntries(
    entries.flatMap(([name, inner]): [string, unknown][] =>
      depth === 0 || typeof inner !== 'object' || inner === null || Array.isArray(inner) || DERIVED.has(name)
        ? [[name, inner]]
        : Object.entries(itemOf(inner, depth - 1)).map(([key, field]) => [`${name}.${key}`, field]),
    ),
  )
}

function isShort(value: unknown): boolean {
  return value === undefined || (typeof value !== 'object' && String(value).length <= MAX_VALUE)
}

function show(value: unknown): string {
  return value === undefined ? 'none' : String(value)
}

/** What differs, with both values where those are short. */
export function compareFields(before: Item, after: Item): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  const changed = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
  const told = changed.filter((name) => !DERIVED.has(name) || !changed.includes('expression'))
  return told.map((name) =>
    isShort(before[name]) && isShort(after[name])
      ? `${name}: ${show(before[name])} → ${show(after[name])}`
      : name,
  )
}
