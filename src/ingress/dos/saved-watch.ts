/**
 * What a watch has learned, as it is kept while its memory is gone.
 * @module
 */
import type { SavedRoute } from './attack-watch.ts'
import { LEVELS, type Level } from './watch-protocol.ts'

export interface SavedWatch {
  readonly format: 1
  /** When something was learned last; milliseconds since the epoch. */
  readonly at: number
  /** Milliseconds of learning. */
  readonly age: number
  /** Requests per second, of all. */
  readonly total: number
  readonly levels: Readonly<Record<Level, readonly (readonly [key: string, rate: number])[]>>
  readonly routes: readonly SavedRoute[]
}

const MAX_TEXT = 65_536

/** `undefined` for what is not the text of a `SavedWatch`: then the watch learns anew. */
export function readSavedWatch(text: string): SavedWatch | undefined {
  if (text.length > MAX_TEXT) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isSavedWatch(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isSavedWatch(value: unknown): value is SavedWatch {
  if (
    !isRecord(value) ||
    value.format !== 1 ||
    !isRate(value.at) ||
    !isRate(value.age) ||
    !isRate(value.total)
  )
    return false
  const { levels, routes } = value
  return isRecord(levels) && LEVELS.every((level) => isRows(levels[level], 1, 1)) && isRows(routes, 2, 2)
}

/** Rows of so many texts and then so many rates. */
function isRows(value: unknown, texts: number, rates: number): boolean {
  return (
    Array.isArray(value) &&
    value.every(
      (row: unknown) =>
        Array.isArray(row) &&
        row.length === texts + rates &&
        row.every((cell, index) => (index < texts ? typeof cell === 'string' : isRate(cell))),
    )
  )
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isRate(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}
