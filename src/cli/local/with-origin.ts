/**
 * The shipped routes forward to the demo origin at its usual address; a local run may have given it another.
 * @module
 */
import type { PolicyFiles } from '../../policy/problem.ts'

/** The origin that the shipped routes forward to. */
export const DEMO_ORIGIN = 'http://127.0.0.1:8788'

/** The same files with `origin` in the place of the demo origin's usual address. */
export function withOrigin(files: PolicyFiles, origin: string): PolicyFiles {
  return new Map([...files].map(([path, text]) => [path, text.replaceAll(DEMO_ORIGIN, origin)]))
}
