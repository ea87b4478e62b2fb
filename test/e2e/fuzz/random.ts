/** Randomness that a seed repeats. */

export interface Random {
  /** A whole number from 0 to `below` − 1. */
  below(below: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly [T, ...T[]]): T
  /** `count` picks in a row. */
  string(alphabet: string, count: number): string
  bytes(count: number): Buffer
}

/** Marsaglia's xorshift of 32 bits: enough to vary requests, the same on every machine. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0 || 1
  const next = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state = (state ^ (state << 5)) >>> 0
    return state
  }
  const below = (bound: number): number => next() % bound
  return {
    below,
    chance: (probability) => next() / 2 ** 32 < probability,
    pick: ([first, ...rest]) => {
      const at = below(rest.length + 1)
      return at === 0 ? first : (rest[at - 1] ?? first)
    },
    string: (alphabet, count) => {
      let text = ''
      for (let i = 0; i < count; i++) text += alphabet[below(alphabet.length)] ?? ''
      return text
    },
    bytes: (count) => {
      const filled = Buffer.alloc(count)
      for (let i = 0; i < count; i++) filled[i] = next() >>> 8
      return filled
    },
  }
}
