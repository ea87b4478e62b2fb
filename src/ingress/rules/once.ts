/**
 * What is computed once and then remembered.
 * @module
 */

/** A function that asks `compute` at its first call only. */
export function once<T>(compute: () => T): () => T {
  let known: { readonly value: T } | undefined
  return () => {
    known ??= { value: compute() }
    return known.value
  }
}
