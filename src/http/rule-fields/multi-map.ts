/**
 * Pairs grouped by name: the `Map(Array(Bytes))` of the Rules language.
 * @module
 */

/** Values of one name keep their order; names come in the order of their first value. */
export function groupPairs(
  pairs: Iterable<readonly [name: string, value: string]>,
): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>()
  for (const [name, value] of pairs) {
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [value])
    else group.push(value)
  }
  return groups
}
