/**
 * Where a cleared client goes: back to where it was, on this site and nowhere else.
 * @module
 */
import type { RequestFacts } from '../../http/facts.ts'
import { CHALLENGE_PATH } from './offer.ts'

const MAX_PATH = 2048
/**
 * A path with its query in visible ASCII. Browsers read `//` and `/\` as the beginning of another host (WHATWG URL,
 * "path or authority state"), and drop tabs and line ends before they look.
 */
const PATH = /^\/(?![/\\])[!-[\]-~]*$/

/** The path and query of a request; `/` where those cannot be gone to. */
export function returnPathOf({ target }: RequestFacts): string {
  return safeReturnPath(target.path + target.query) ?? '/'
}

/** `undefined` for what leads elsewhere, or back to the challenge itself. */
export function safeReturnPath(path: string): string | undefined {
  if (path.length > MAX_PATH || !PATH.test(path)) return undefined
  return path.startsWith(CHALLENGE_PATH) ? undefined : path
}
