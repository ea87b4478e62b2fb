/**
 * Edits of a header section as rules make them for one request: plain data, carried out in order.
 * @module
 */

/** Names are in lower case. */
export type HeaderEdit =
  | { readonly operation: 'remove'; readonly name: string }
  | { readonly operation: 'set' | 'add'; readonly name: string; readonly value: string }

/** Edits a `Headers` object in place. A value is added to the field's line, as servers differ on repeated ones. */
export function applyHeaderEdits(headers: Headers, edits: readonly HeaderEdit[]): void {
  for (const edit of edits) {
    if (edit.operation === 'remove') headers.delete(edit.name)
    else if (edit.operation === 'set') headers.set(edit.name, edit.value)
    else addValue(headers, edit.name, edit.value)
  }
}

function addValue(headers: Headers, name: string, value: string): void {
  const before = headers.get(name)
  // Cookies that are set cannot share a line (RFC 6265 section 3).
  if (before === null || name === 'set-cookie') headers.append(name, value)
  else headers.set(name, `${before}, ${value}`)
}
