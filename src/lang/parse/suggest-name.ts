/**
 * The name somebody meant.
 * @module
 */

/** Longer names are not compared: the cost is bounded by this, squared, for each known name. */
const MAX_NAME = 80
const MAX_DISTANCE = 3

/**
 * The known name that is nearest to `name`: the same in another case, one that ends in it (`host` for
 * `http.host`), or one within a few typing errors. `undefined` when none is near.
 */
export function suggestName(name: string, known: Iterable<string>): string | undefined {
  if (name.length === 0 || name.length > MAX_NAME) return undefined
  const wanted = name.toLowerCase()
  let ending: string | undefined
  let best: string | undefined
  let bestDistance = Math.min(MAX_DISTANCE, Math.floor(wanted.length / 3)) + 1
  for (const candidate of known) {
    if (candidate.toLowerCase() === wanted) return candidate
    if (candidate.endsWith(`.${wanted}`) && (ending === undefined || candidate.length < ending.length)) {
      ending = candidate
    }
    const distance = editDistance(wanted, candidate, bestDistance)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best ?? ending
}

/** Insertions, deletions, replacements and swaps of neighbours between the two; `limit` when not fewer. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min((last[j - 1] ?? 0) + (same ? 0 : 1), (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1)
      }
      row.push(cost)
    }
    if (Math.min(...row) >= limit) return limit
    beforeLast = last
    last = row
  }
  return Math.min(limit, last[b.length] ?? limit)
}
