/**
 * Text in HTML, between tags and in quoted attribute values.
 * @module
 */

/** Line ends too are written as references: a parser would change them (HTML section 13.2.3.5). */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'\r\n]/g, (c) => `&#${c.charCodeAt(0)};`)
}
