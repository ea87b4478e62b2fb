/**
 * The index of what was fetched: which list is from when, and what went wrong since.
 * @module
 */
import { isListOf, isMatch, isObject, isWhole, type Shape } from '../../bundle/shape.ts'

/** What is said of one list or directory. */
export interface StoredEntry {
  /** The id of a source of ranges, or the host of a directory as `https://agent.example`. */
  readonly id: string
  /** Seconds since the epoch when the content was last found to be good and current; 0: never. */
  readonly fetched: number
  /** Seconds since the epoch when it was last asked for, with or without success; 0: never. */
  readonly checked: number
  readonly count: number
  /** Why it could not be taken when it was last asked for; absent when it could. */
  readonly why?: string
}

export interface StoredSource extends StoredEntry {
  /** Where it is from: a source that has moved begins anew. */
  readonly url: string
  readonly etag?: string
}

export interface StoredDirectory extends StoredEntry {
  /** As `restorePublishedKeys` takes them. */
  readonly keys: readonly unknown[]
}

export interface StoredIndex {
  readonly version: 1
  /** Seconds since the epoch when it was written. */
  readonly written: number
  readonly sources: readonly StoredSource[]
  readonly directories: readonly StoredDirectory[]
}

const isTime = isWhole(0, 1e11)
const isReason = isMatch(/^[ -~]{1,200}$/)

const isTimes: Readonly<Record<string, Shape>> = { fetched: isTime, checked: isTime, count: isWhole(0, 1e6) }

const isSource = isObject(
  { id: isMatch(/^[a-z0-9-]{1,64}$/), url: isMatch(/^https:\/\/[!-~]{1,2000}$/), ...isTimes },
  { etag: isMatch(/^[ -~]{1,200}$/), why: isReason },
)

const isDirectory = isObject(
  { id: isMatch(/^https:\/\/[!-~]{1,255}$/), keys: isListOf(() => true), ...isTimes },
  { why: isReason },
)

const isIndex = isObject({
  version: (value) => value === 1,
  written: isTime,
  sources: isListOf(isSource),
  directories: isListOf(isDirectory),
})

export function isStoredIndex(value: unknown): value is StoredIndex {
  return isIndex(value)
}
