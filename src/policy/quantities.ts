/**
 * Amounts with units as operators write them.
 * @module
 */

export type QuantityResult =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly message: string; readonly fix: string }

const DURATION_UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])

const SIZE_UNITS: ReadonlyMap<string, number> = new Map([
  ['B', 1],
  ['KiB', 1024],
  ['MiB', 1024 ** 2],
  ['GiB', 1024 ** 3],
])

function readUnits(text: string, units: ReadonlyMap<string, number>): number | undefined {
  const match = /^([0-9]{1,12})([A-Za-z]{1,3})$/.exec(text)
  const unit = units.get(match?.[2] ?? '')
  return match && unit !== undefined ? Number(match[1]) * unit : undefined
}

/** A duration in milliseconds: `250ms`, `30s`, `5m`, `1h`, `1d`. A bare number counts seconds. */
export function readDuration(input: string | number): QuantityResult {
  const value = typeof input === 'number' ? input * 1000 : readUnits(input, DURATION_UNITS)
  if (value === undefined || !Number.isSafeInteger(value) || value < 0) {
    return {
      ok: false,
      message: 'This is not a duration',
      fix: 'Write a whole number with a unit: 250ms, 30s, 5m, 1h, 1d.',
    }
  }
  return { ok: true, value }
}

/** A size in bytes: `512B`, `64KiB`, `10MiB`, `1GiB`. A bare number counts bytes. */
export function readSize(input: string | number): QuantityResult {
  const value = typeof input === 'number' ? input : readUnits(input, SIZE_UNITS)
  if (value === undefined || !Number.isSafeInteger(value) || value < 0) {
    // 10MB is 10,000,000 to some and 10,485,760 to others: a body cap should mean one thing.
    return {
      ok: false,
      message: 'This is not a size',
      fix: 'Write a whole number with a unit: 512B, 64KiB, 10MiB, 1GiB.',
    }
  }
  return { ok: true, value }
}

/** A duration for a message, in its largest whole unit. */
export function formatDuration(milliseconds: number): string {
  for (const [unit, size] of [...DURATION_UNITS].reverse()) {
    if (milliseconds >= size && milliseconds % size === 0) return `${milliseconds / size}${unit}`
  }
  return `${milliseconds}ms`
}

/** A size for a message, in its largest whole unit. */
export function formatSize(bytes: number): string {
  for (const [unit, size] of [...SIZE_UNITS].reverse()) {
    if (bytes >= size && bytes % size === 0) return `${bytes / size}${unit}`
  }
  return `${bytes}B`
}
