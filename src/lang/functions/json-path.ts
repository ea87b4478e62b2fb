/**
 * Finds one value in a JSON document by a path of keys and positions.
 *
 * The text of the value is what counts, not what `JSON.parse` makes of it: 42 and 42.0 are one number in
 * JavaScript, and integers beyond 2^53 lose digits. Nor are its keys certain: V8 as in Node 24.21 takes an
 * escaped key for another once it has parsed objects with a backslash as key (see the test). So `JSON.parse`
 * only says whether the document is valid, and then it is scanned once. Of a key given twice the last
 * counts, as in every common parser.
 * @module
 */

/** Characters that end a number, `true`, `false` or `null`. */
const SCALAR_END = /[\s,\]}]/g
const QUOTE = 0x22
const BACKSLASH = 0x5c

/** A place in a document that is known to be valid. */
interface Cursor {
  readonly text: string
  at: number
}

function skipSpace(cursor: Cursor): void {
  for (let code = cursor.text.charCodeAt(cursor.at); code === 32 || (code >= 9 && code <= 13); ) {
    code = cursor.text.charCodeAt(++cursor.at)
  }
}

/** From an opening quote to after the closing one. */
function skipString(cursor: Cursor): void {
  const { text } = cursor
  let at = cursor.at + 1
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1
  cursor.at = at + 1
}

/** From `[` or `{` to after the bracket that closes it; depth is a count, not a stack of calls. */
function skipContainer(cursor: Cursor): void {
  const { text } = cursor
  let depth = 0
  do {
    const char = text.charAt(cursor.at)
    if (char === '"') {
      skipString(cursor)
      continue
    }
    if (char === '[' || char === '{') depth++
    else if (char === ']' || char === '}') depth--
    cursor.at++
  } while (depth > 0 && cursor.at < text.length)
}

/** To after one value. The cursor is at its first character. */
function skipValue(cursor: Cursor): void {
  const char = cursor.text.charAt(cursor.at)
  if (char === '"') skipString(cursor)
  else if (char === '[' || char === '{') skipContainer(cursor)
  else {
    SCALAR_END.lastIndex = cursor.at
    cursor.at = SCALAR_END.exec(cursor.text)?.index ?? cursor.text.length
  }
}

/** Start of an array's item, or -1. The cursor is at `[`. */
function findItem(cursor: Cursor, position: number): number {
  cursor.at++
  for (let i = 0; ; i++) {
    skipSpace(cursor)
    if (cursor.at >= cursor.text.length || cursor.text.charAt(cursor.at) === ']') return -1
    if (i === position) return cursor.at
    skipValue(cursor)
    skipSpace(cursor)
    if (cursor.text.charAt(cursor.at) === ',') cursor.at++
  }
}

/** Start of the value of an object's key, or -1. The cursor is at `{`. */
function findMember(cursor: Cursor, key: string): number {
  let found = -1
  cursor.at++
  while (cursor.at < cursor.text.length) {
    skipSpace(cursor)
    if (cursor.text.charAt(cursor.at) !== '"') return found
    const start = cursor.at
    skipString(cursor)
    const raw = cursor.text.slice(start, cursor.at)
    const matches = raw.includes('\\')
      ? JSON.parse(raw) === key
      : raw.length === key.length + 2 && raw.slice(1, -1) === key
    skipSpace(cursor)
    cursor.at++
    skipSpace(cursor)
    if (matches) found = cursor.at
    skipValue(cursor)
    skipSpace(cursor)
    if (cursor.text.charAt(cursor.at) === ',') cursor.at++
  }
  return found
}

let last: { readonly document: string; readonly isValid: boolean } | undefined

/** Many rules look into one document: what was last found of it is kept. */
function isJson(document: string): boolean {
  if (last?.document !== document) last = { document, isValid: parses(document) }
  return last.isValid
}

function parses(document: string): boolean {
  try {
    JSON.parse(document)
    return true
  } catch {
    return false
  }
}

/**
 * The source text of the value at `path`, or `undefined` when there is none or the document is not valid
 * JSON. A string in the path names an object's member, a number the position in an array.
 */
export function findJsonText(document: string, path: readonly (string | number)[]): string | undefined {
  if (!isJson(document)) return undefined
  const cursor: Cursor = { text: document, at: 0 }
  skipSpace(cursor)
  for (const step of path) {
    const open = document.charAt(cursor.at)
    if (open !== (typeof step === 'number' ? '[' : '{')) return undefined
    const found = typeof step === 'number' ? findItem(cursor, step) : findMember(cursor, step)
    if (found < 0) return undefined
    cursor.at = found
  }
  const start = cursor.at
  skipValue(cursor)
  return document.slice(start, cursor.at)
}
