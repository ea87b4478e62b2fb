/**
 * The media type of a Content-Type field (RFC 9110 section 8.3.1).
 * @module
 */

/** Without parameters, in lower case; empty for an empty field. */
export function readMediaType(field: string): string {
  const end = field.indexOf(';')
  return (end === -1 ? field : field.slice(0, end)).trim().toLowerCase()
}
