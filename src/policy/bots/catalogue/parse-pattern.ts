/**
 * The form in which our own table and operators write what names an agent.
 * @module
 */
import { CHECK } from '../../../bundle/agents-part.ts'
import type { LiteralPattern } from './pattern.ts'
import { placeCheck } from './place-check.ts'

const MIN_LENGTH = 3
const MAX_LENGTH = 64

export type ParsedPattern =
  | { readonly ok: true; readonly pattern: LiteralPattern }
  | { readonly ok: false; readonly message: string }

/**
 * Reads a literal of 3 to 64 ASCII characters, found wherever it occurs in upper or lower case. `^` before it: at
 * the start only; `$` after it: at the end only; `\b` before or after it: at the edge of a word only.
 *
 * @example
 * parsePattern('AcmeBot/') // anywhere: AcmeBot/1.0, acmebot/2
 * parsePattern('^curl\\b') // curl, curl/8.5, not curlew or libcurl
 */
export function parsePattern(text: string): ParsedPattern {
  let bits = 0
  let literal = text
  if (literal.startsWith('^')) {
    bits |= CHECK.start
    literal = literal.slice(1)
  } else if (literal.startsWith('\\b')) {
    bits |= CHECK.wordBefore
    literal = literal.slice(2)
  }
  if (literal.endsWith('$')) {
    bits |= CHECK.end
    literal = literal.slice(0, -1)
  } else if (literal.endsWith('\\b')) {
    bits |= CHECK.wordAfter
    literal = literal.slice(0, -2)
  }
  if (!/^[ -~]*$/.test(literal))
    return { ok: false, message: `The pattern ${JSON.stringify(text)} has characters that are not ASCII` }
  if (literal.length < MIN_LENGTH || literal.length > MAX_LENGTH)
    return {
      ok: false,
      message: `The pattern ${JSON.stringify(text)} has ${literal.length} characters, not ${MIN_LENGTH} to ${MAX_LENGTH}`,
    }
  return { ok: true, pattern: { literal, check: placeCheck(bits, literal) } }
}
