/**
 * What depends on whether Unicode is on: the universe of classes, and which letters are the same.
 * @module
 */
import type { Cursor } from './cursor.ts'
import { foldAsciiCase, type Ranges } from './ranges.ts'
import { MAX_CODE_POINT } from './unicode.ts'

/** Universe of classes in the current mode. */
export function classLimit(cursor: Cursor): number {
  return cursor.flags.unicode ? MAX_CODE_POINT : 0xff
}

/** Adds the other case when letters match in both. */
export function foldCase(cursor: Cursor, ranges: Ranges, start: number): Ranges {
  if (!cursor.flags.ignoreCase) return ranges
  if (!cursor.flags.unicode) return foldAsciiCase(ranges)
  if (cursor.tables === undefined) return failTables(cursor, start)
  return cursor.tables.fold(ranges)
}

/** Unicode is on, but the reader was made without its tables. */
export function failTables(cursor: Cursor, start: number): never {
  return cursor.fail(
    'this needs tables of Unicode, which are not here',
    'Leave (?u) out, or write (?-u:…) around it.',
    start,
  )
}
