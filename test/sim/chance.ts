/**
 * Chance that is the same in every run: uniform numbers, waiting times and Zipf draws from one seed.
 * @module
 */
import { createRandom } from '../bench/prefix-data.ts'

/** At least 0 and below 1. */
export type Uniform = () => number

export function createUniform(seed: number): Uniform {
  const next = createRandom(seed)
  return () => next() / 0x1_0000_0000
}

/** A waiting time of the given mean until the next of many independent events. */
export function drawWait(uniform: Uniform, mean: number): number {
  return -mean * Math.log(1 - uniform())
}

/**
 * Draws 0 to `size` - 1, where number k has a share in proportion to 1 / (k + 1)^exponent. In constant time:
 * Vose's alias method.
 */
export function createZipf(size: number, exponent: number): (uniform: Uniform) => number {
  const weights = Float64Array.from({ length: size }, (_, rank) => (rank + 1) ** -exponent)
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / size
  const alias = new Int32Array(size)
  const small: number[] = []
  const large: number[] = []
  for (let rank = 0; rank < size; rank++) {
    weights[rank] = (weights[rank] as number) / mean
    ;((weights[rank] as number) < 1 ? small : large).push(rank)
  }
  while (small.length > 0 && large.length > 0) {
    const low = small.pop() as number
    const high = large.at(-1) as number
    alias[low] = high
    weights[high] = (weights[high] as number) - (1 - (weights[low] as number))
    if ((weights[high] as number) < 1) small.push(large.pop() as number)
  }
  // Left over by rounding only.
  for (const rank of [...small, ...large]) weights[rank] = 1
  return function draw(uniform) {
    const at = uniform() * size
    const column = Math.floor(at)
    return at - column < (weights[column] as number) ? column : (alias[column] as number)
  }
}
