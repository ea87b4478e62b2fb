/**
 * What one character or escape of an expression stands for.
 * @module
 */
import type { Look } from './node.ts'
import type { Ranges } from './ranges.ts'

/** `start` is where it begins, in characters. */
export type Primitive =
  /** A character, or with `byte` one byte (`\xHH` without Unicode). */
  | { readonly kind: 'literal'; readonly code: number; readonly byte: boolean; readonly start: number }
  | { readonly kind: 'class'; readonly ranges: Ranges; readonly start: number }
  | { readonly kind: 'look'; readonly look: Look; readonly start: number }
