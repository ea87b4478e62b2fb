/**
 * The pattern after `wildcard`: `*` stands for any bytes, `\*` and `\\` for themselves.
 * @module
 */
import { lexString } from './lex-bytes.ts'
import { LexFailure } from './lex-failure.ts'
import type { Lexed } from './lexed.ts'

/** Each star is another place to backtrack to. The engine has no limit by itself. */
const MAX_STARS = 64

/** Gives the pattern after string escapes, a binary string. */
export function lexWildcard(source: string, at: number): Lexed<string> {
  const literal = lexString(source, at)
  const fault = explainWildcard(literal.value)
  if (!fault) return literal
  throw new LexFailure('parse-wildcard', [at, source.length], fault.message, fault.fix)
}

interface WildcardFault {
  readonly message: string
  readonly fix: string
}

/** What is wrong with a pattern, or nothing. */
export function explainWildcard(pattern: string): WildcardFault | undefined {
  let stars = 0
  let doubled = false
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] === '*') {
      stars++
      doubled ||= pattern[i + 1] === '*'
    } else if (pattern[i] === '\\') {
      const next = pattern[++i]
      if (next !== '*' && next !== '\\') return explainEscape(i - 1, next === undefined)
    }
  }
  if (stars > MAX_STARS) {
    const message = `wildcard has ${stars} star metacharacters, but the limit is ${MAX_STARS}`
    return { message, fix: 'Use fewer stars, or a regular expression with matches.' }
  }
  if (!doubled) return undefined
  return {
    message: 'wildcard contains a double star',
    fix: 'Write one star: it matches any number of bytes.',
  }
}

function explainEscape(position: number, atEnd: boolean): WildcardFault {
  const what = atEnd ? 'incomplete escape sequence at the end of the wildcard' : 'invalid escape sequence'
  return {
    message: `invalid wildcard: wildcard syntax error at position ${position}: ${what}`,
    fix: 'In a pattern a backslash stands before * or \\ only; in quotes write it twice, or use r"...".',
  }
}
