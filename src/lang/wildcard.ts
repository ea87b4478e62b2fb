/**
 * Matching with `*`, in one pass over the subject.
 *
 * A pattern is cut at its stars. The first piece must begin the subject and the last must end it; those
 * between are found left to right, each at its first place. That finds a match whenever there is one, so there
 * is nothing to go back to, and each star gets the shortest text, as lazy matching would give it.
 * @module
 */
import { foldCase } from './functions/case.ts'

/** The literal pieces between the stars; one piece when there is no star. */
export type WildcardPieces = readonly string[]

/** Reads `*`, `\*` and `\\`. Patterns have been checked, so a stray backslash is taken as it is. */
export function parseWildcard(pattern: string): WildcardPieces {
  const pieces: string[] = []
  let piece = ''
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern.charAt(i)
    const next = pattern.charAt(i + 1)
    if (char === '*') {
      pieces.push(piece)
      piece = ''
    } else if (char === '\\' && (next === '*' || next === '\\')) {
      piece += next
      i++
    } else piece += char
  }
  pieces.push(piece)
  return pieces
}

/** Whether the subject, as a whole and byte for byte, matches. */
export function createWildcardTest(pieces: WildcardPieces): (subject: string) => boolean {
  const first = pieces[0] ?? ''
  const last = pieces.at(-1) ?? ''
  if (pieces.length === 1) return (subject) => subject === first
  const fixed = first.length + last.length
  const middle = pieces.slice(1, -1)
  if (middle.length === 0)
    return (subject) => subject.length >= fixed && subject.startsWith(first) && subject.endsWith(last)
  return (subject) => {
    if (subject.length < fixed || !subject.startsWith(first) || !subject.endsWith(last)) return false
    let at = first.length
    for (const piece of middle) {
      const found = subject.indexOf(piece, at)
      if (found < 0) return false
      at = found + piece.length
    }
    return at <= subject.length - last.length
  }
}

/**
 * The text under each star, or `undefined` when the subject does not match. Without `strict`, ASCII letters
 * match in either case.
 */
export function captureWildcard(
  pieces: WildcardPieces,
  subject: string,
  strict: boolean,
): readonly string[] | undefined {
  const compared = strict ? subject : foldCase(subject)
  const folded = strict ? pieces : pieces.map(foldCase)
  if (!createWildcardTest(folded)(compared)) return undefined
  const captures: string[] = []
  let at = folded[0]?.length ?? 0
  for (const piece of folded.slice(1, -1)) {
    const found = compared.indexOf(piece, at)
    captures.push(subject.slice(at, found))
    at = found + piece.length
  }
  if (pieces.length > 1) captures.push(subject.slice(at, subject.length - (folded.at(-1)?.length ?? 0)))
  return captures
}
