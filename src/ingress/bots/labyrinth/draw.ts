/**
 * Numbers drawn from a seed: the same seed gives the same page.
 * @module
 */

export interface Draw {
  /** A whole number from 0 to `below` - 1. */
  number(below: number): number
  /** One of a list that is not empty. */
  one(list: readonly string[]): string
}

/** The generator sfc32, which has 128 bits of state. It keeps no secrets: whoever sees pages may foresee others. */
export function createDraw(seed: Uint32Array): Draw {
  let a = seed[0] ?? 0
  let b = seed[1] ?? 0
  let c = seed[2] ?? 0
  let counter = seed[3] ?? 0
  function next(): number {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return sum >>> 0
  }
  const number = (below: number): number => Math.floor((next() / 0x1_0000_0000) * below)
  return { number, one: (list) => list[number(list.length)] ?? '' }
}
