/**
 * Sets of small numbers as the bits of words.
 * @module
 */

/** Adds `bit` to the set whose words start at `base`. */
export function setBit(words: Int32Array, bit: number, base = 0): void {
  const at = base + (bit >>> 5)
  words[at] = (words[at] ?? 0) | (1 << (bit & 31))
}

/** Whether two sets of the same size have a number in common. */
export function overlaps(a: Int32Array, b: Int32Array): boolean {
  for (let w = 0; w < a.length; w++) if (((a[w] as number) & (b[w] as number)) !== 0) return true
  return false
}

/** Adds a set of the same size to `into`. */
export function unite(into: Int32Array, other: Int32Array): void {
  for (let w = 0; w < into.length; w++) into[w] = (into[w] as number) | (other[w] as number)
}
