/**
 * Makes text from a log safe to show: a log's lines are chosen by strangers, and terminals obey control
 * sequences and reorder text for bidirectional marks (CVE-2021-42574).
 * @module
 */

/** Replaces all but printable ASCII by `\xHH` or `\u{H}`, and cuts after `limit` characters with `…`. */
export function toPrintable(text: string, limit: number): string {
  let out = ''
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code >= 0x20 && code < 0x7f) out += character
    else if (code < 0x100) out += `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`
    else out += `\\u{${code.toString(16).toUpperCase()}}`
    if (out.length > limit) return `${out.slice(0, limit - 1)}…`
  }
  return out
}
