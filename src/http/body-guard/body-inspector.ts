/**
 * What looks at one body: chosen by its header section, inflating on the way when it must.
 * @module
 */
import type { BodyBounds } from './body-bounds.ts'
import type { BodyFault } from './body-rules.ts'
import { chooseScanner } from './choose-scanner.ts'
import { createCompressedScanner } from './compressed-scanner.ts'
import { readContentCoding } from './content-coding.ts'
import type { Scanner } from './scanner.ts'

/** Reads one field of the header section by its lower-case name. */
export type FieldReader = (name: string) => string | undefined

/** A fault when the header section is enough to refuse the body; `undefined` when nothing looks at its content. */
export function inspectBody(get: FieldReader, bounds: BodyBounds): Scanner | BodyFault | undefined {
  const coding = readContentCoding(get('content-encoding'))
  if (coding === undefined) return chooseScanner(get('content-type'), bounds)
  if (coding === 'refused' || !bounds.compressed.allow.includes(coding)) return 'coding'
  // Nothing here inflates these: a policy that takes them leaves their content to the origin.
  if (coding === 'br' || coding === 'zstd') return undefined
  const inner = chooseScanner(get('content-type'), bounds)
  return typeof inner === 'string' ? inner : createCompressedScanner(coding, bounds.compressed, inner)
}
