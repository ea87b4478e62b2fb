/**
 * Finds what was probably meant.
 * @module
 */

const MAX_LENGTH = 40

/** Edit distance of two short texts, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}

/** The one of `known` that is nearest to `text`, when it is near enough to have been meant. */
export function suggestName(text: string, known: readonly string[]): string | undefined {
  if (text.length > MAX_LENGTH) return undefined
  const plain = (name: string): string => name.toLowerCase().replaceAll('-', '_')
  const limit = Math.max(1, Math.floor(text.length / 3))
  let best: string | undefined
  let bestDistance = limit + 1
  for (const name of known) {
    if (name.length > MAX_LENGTH) continue
    const distance = editDistance(plain(text), plain(name))
    if (distance < bestDistance) {
      best = name
      bestDistance = distance
    }
  }
  return best
}

/** A sentence for a name that is not one of `known`. */
export function suggestFix(text: string, known: readonly string[]): string {
  const near = suggestName(text, known)
  const all =
    known.length === 0
      ? 'There are none.'
      : `Known here: ${known.slice(0, 30).join(', ')}${known.length > 30 ? ', …' : ''}.`
  return near === undefined ? all : `Did you mean ${near}? ${all}`
}
