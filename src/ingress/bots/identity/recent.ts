/**
 * A memory of bounded size: what was asked for lately stays, the rest is forgotten in two steps.
 * @module
 */

export interface Recent<Value> {
  get(key: string): Value | undefined
  set(key: string, value: Value): void
}

/** @param size Entries of one of its two generations; 0 remembers nothing. */
export function createRecent<Value>(size: number): Recent<Value> {
  let young = new Map<string, Value>()
  let old = new Map<string, Value>()
  function set(key: string, value: Value): void {
    if (size === 0) return
    if (young.size >= size) {
      old = young
      young = new Map()
    }
    young.set(key, value)
  }
  return {
    get(key) {
      const value = young.get(key)
      if (value !== undefined) return value
      const before = old.get(key)
      if (before !== undefined) set(key, before)
      return before
    },
    set,
  }
}
