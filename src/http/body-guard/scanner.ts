/**
 * What looks at content while it passes.
 * @module
 */
import type { BodyFault } from './body-rules.ts'

/**
 * Reads content in pieces, however it was cut: the verdict depends on the bytes only. Memory does not grow with
 * the content. After its first fault a scanner is spent.
 */
export interface Scanner {
  scan(bytes: Uint8Array): BodyFault | undefined
  /** The content has come to its end. */
  end(): BodyFault | undefined
}
