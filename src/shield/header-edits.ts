/**
 * A route's edits of header fields (the Kubernetes HTTPHeaderFilter: remove, set, add).
 * @module
 */
import type { HeaderEdits } from '../bundle/model.ts'

/** Edits a `Headers` object in place. A value is added to the field's line, as servers differ on repeated ones. */
export function editHeaders(headers: Headers, edits: HeaderEdits): void {
  for (const name of edits.remove) headers.delete(name)
  for (const [name, value] of edits.set) headers.set(name, value)
  for (const [name, value] of edits.add) {
    const before = headers.get(name)
    // Cookies that are set cannot share a line (RFC 6265 section 3).
    if (before === null || name === 'set-cookie') headers.append(name, value)
    else headers.set(name, `${before}, ${value}`)
  }
}
