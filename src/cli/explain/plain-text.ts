/**
 * Text of a policy or a request made safe to print: terminals obey control characters, and bidirectional marks
 * reorder what follows (CVE-2021-42574).
 * @module
 */

/** On one line: blanks are merged, other invisible characters written as `\u{H}`; cut after `limit` characters. */
export function toPlainText(text: string, limit: number): string {
  // Cut first: the rest need not be looked at.
  const line = text
    .slice(0, limit * 4)
    .replace(/[ \t\r\n]+/g, ' ')
    .trim()
  const safe = line.replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`,
  )
  return safe.length > limit || text.length > limit * 4 ? `${safe.slice(0, limit - 1)}…` : safe
}
