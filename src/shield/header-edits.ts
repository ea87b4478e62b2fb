/**
 * A route's edits of header fields (the Kubernetes HTTPHeaderFilter: remove, set, add).
 * @module
 */
import type { HeaderEdits } from '../bundle/model.ts'

/** Edits an object of fields with lower-case names, in place. */
export function editFields(fields: Record<string, string>, edits: HeaderEdits): void {
  for (const name of edits.remove) delete fields[name]
  for (const [name, value] of edits.set) fields[name] = value
  for (const [name, value] of edits.add) {
    // A field may be called `constructor`: what the object inherits is no field.
    fields[name] = Object.hasOwn(fields, name) ? `${fields[name]}, ${value}` : value
  }
}

/** Edits a `Headers` object in place. */
export function editHeaders(headers: Headers, edits: HeaderEdits): void {
  for (const name of edits.remove) headers.delete(name)
  for (const [name, value] of edits.set) headers.set(name, value)
  for (const [name, value] of edits.add) headers.append(name, value)
}
