/**
 * An open policy and its parts, so that two can be held against each other.
 * @module
 */
import { type Bundle, openParts, type PartMap, readParts } from '../../bundle/bundle.ts'

export interface PolicyContent {
  readonly bundle: Bundle
  /** `policy.json`, `cidr/<guard>`, `list/<name>`. */
  readonly parts: PartMap
}

/** Throws `BundleError` when the bytes are no policy that this version reads. */
export function openContent(container: ArrayBuffer): PolicyContent {
  const parts = readParts(container)
  return { bundle: openParts(parts), parts }
}
