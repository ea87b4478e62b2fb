/**
 * Runs variants in turns, so that what else the machine does hits all of them, and prints what they took.
 * @module
 */

export interface Variant {
  readonly name: string
  /** Operations in one batch. */
  readonly count: number
  /** Runs `count` operations; the sum escapes, so that nothing can be left out. */
  run(count: number): number
}

export interface Timing {
  readonly name: string
  /** Nanoseconds per operation. */
  readonly min: number
  readonly median: number
}

let sink = 0

export function raceVariants(variants: readonly Variant[], batches: number): Timing[] {
  const samples = variants.map((): number[] => [])
  for (let batch = 0; batch < batches; batch++) {
    for (const [index, { run, count }] of variants.entries()) {
      const start = process.hrtime.bigint()
      sink += run(count)
      samples[index]?.push(Number(process.hrtime.bigint() - start) / count)
    }
  }
  if (Number.isNaN(sink)) throw new Error('A variant gave no number.')
  return variants.map(({ name }, index) => toTiming(name, samples[index] ?? []))
}

export function toTiming(name: string, samples: readonly number[]): Timing {
  const sorted = samples.toSorted((a, b) => a - b)
  return { name, min: sorted[0] ?? Number.NaN, median: sorted[sorted.length >> 1] ?? Number.NaN }
}

/** The ratio is to the first timing, of the minima. */
export function printTimings(title: string, timings: readonly Timing[]): void {
  console.log(`\n${title}`)
  const base = timings[0]?.min ?? Number.NaN
  const show = (nanoseconds: number): string => nanoseconds.toFixed(nanoseconds < 1000 ? 1 : 0).padStart(11)
  for (const { name, min, median } of timings) {
    const ratio = `${(min / base).toFixed(1)} x`.padStart(12)
    console.log(`  ${name.padEnd(40)} min ${show(min)} ns  median ${show(median)} ns${ratio}`)
  }
}
