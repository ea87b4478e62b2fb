/**
 * Undoes the escapes that nginx (`\xHH`) and Apache (`\xHH`, `\"`, `\\` and C's letters) write in quoted
 * log fields. Text in and out is one character per byte (latin1).
 * @module
 */

const BACKSLASH = 0x5c

const LETTERS: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/** Index of the quote that ends the quoted field whose content starts at `from`, or -1 when none does. */
export function findClosingQuote(line: string, from: number): number {
  for (let at = line.indexOf('"', from); at >= 0; at = line.indexOf('"', at + 1)) {
    let first = at
    while (first > from && line.charCodeAt(first - 1) === BACKSLASH) first--
    // An even number of backslashes before the quote escape each other, not the quote.
    if ((at - first) % 2 === 0) return at
  }
  return -1
}

/** The bytes a quoted field stands for. An escape that neither server writes is kept as it is. */
export function undoLogEscapes(field: string): string {
  let slash = field.indexOf('\\')
  if (slash < 0) return field
  const parts: string[] = []
  let done = 0
  while (slash >= 0 && slash + 1 < field.length) {
    const read = readEscape(field, slash)
    if (read) parts.push(field.slice(done, slash), read.text)
    const next = slash + (read ? read.length : 1)
    if (read) done = next
    slash = field.indexOf('\\', next)
  }
  parts.push(field.slice(done))
  return parts.join('')
}

function readEscape(field: string, slash: number): { text: string; length: number } | undefined {
  const letter = field.charAt(slash + 1)
  if (letter !== 'x') {
    const text = LETTERS[letter]
    return text === undefined ? undefined : { text, length: 2 }
  }
  const high = hexValue(field.charCodeAt(slash + 2))
  const low = hexValue(field.charCodeAt(slash + 3))
  return high < 0 || low < 0 ? undefined : { text: String.fromCharCode(high * 16 + low), length: 4 }
}

/** Value of a hexadecimal digit's character code, or -1 (also for the `NaN` beyond a string's end). */
function hexValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const letter = code | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}
