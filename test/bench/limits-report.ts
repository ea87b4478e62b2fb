/**
 * Rows of the limits bench.
 * @module
 */

/** One round of one contender. */
export interface Sample {
  /** Microseconds per request. */
  readonly cpu: number
  /** Calls of shards per thousand requests. */
  readonly calls: number
  /** Requests answered with 200, and with 429. */
  readonly passed: number
  readonly refused: number
}

const HEAD = ['min', 'median', 'max', '× of minima', '× of medians', 'calls/1k', 'passed', 'refused']
const WIDTHS = [8, 8, 8, 14, 14, 11, 9, 9]
const NAME = 42

/** A row, or the heads of the columns when there is no name. @param floor What ratios are of. */
export function formatRow(
  name: string | undefined,
  samples: readonly Sample[],
  floor: readonly Sample[],
): string {
  const cpu = samples.map((sample) => sample.cpu)
  const own = floor.map((sample) => sample.cpu)
  const cells =
    name === undefined
      ? HEAD
      : [
          Math.min(...cpu).toFixed(1),
          median(cpu).toFixed(1),
          Math.max(...cpu).toFixed(1),
          (Math.min(...cpu) / Math.min(...own)).toFixed(2),
          (median(cpu) / median(own)).toFixed(2),
          median(samples.map(({ calls }) => calls)).toFixed(2),
          median(samples.map(({ passed }) => passed)).toFixed(0),
          median(samples.map(({ refused }) => refused)).toFixed(0),
        ]
  return (name ?? '').padEnd(NAME) + cells.map((cell, i) => cell.padStart(WIDTHS[i] ?? 8)).join('')
}

/** The median, and the least and the most in brackets. */
export function spread(values: readonly number[], digits: number): string {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return `${median(values).toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
