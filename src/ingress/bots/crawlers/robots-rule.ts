/**
 * Rules of robots.txt and what they say of a path (RFC 9309 section 2.2.2).
 * @module
 */

export interface RobotsRule {
  readonly allow: boolean
  /** In normal form; `*` is any text, `$` at the end the end of the path. Starts with `/` or `*`. */
  readonly pattern: string
}

/** Whether rules let a crawler fetch `path`: the longest that matches decides, and of equals the one that allows. */
export function isAllowed(rules: readonly RobotsRule[], path: string): boolean {
  let longest = -1
  let allowed = true
  for (const { pattern, allow } of rules) {
    const { length } = pattern
    if (length < longest || (length === longest && (allowed || !allow))) continue
    if (!matchesPattern(pattern, path)) continue
    longest = length
    allowed = allow
  }
  return allowed
}

/** Whether a pattern fits a path, which it has to from the start on. */
export function matchesPattern(pattern: string, path: string): boolean {
  const isAnchored = pattern.endsWith('$')
  const text = isAnchored ? pattern.slice(0, -1) : pattern
  if (!text.includes('*')) return isAnchored ? path === text : path.startsWith(text)
  const parts = text.split('*')
  const head = parts[0] ?? ''
  if (!path.startsWith(head)) return false
  // The leftmost place for each part leaves most for those behind it.
  let from = head.length
  const last = parts.length - 1
  for (let i = 1; i < last; i++) {
    const part = parts[i] ?? ''
    const at = path.indexOf(part, from)
    if (at === -1) return false
    from = at + part.length
  }
  const tail = parts[last] ?? ''
  if (isAnchored) return path.length - tail.length >= from && path.endsWith(tail)
  return path.indexOf(tail, from) !== -1
}

const PERCENT = 0x25
const UNRESERVED = /[A-Za-z0-9._~-]/

/**
 * The form in which patterns and canonical paths can be compared: what needs no escape has none, escapes have
 * upper-case digits, what is not ASCII is escaped. A `%2A` or `%24` stays what it is, as `*` and `$` mean more.
 */
export function normalizePattern(text: string): string {
  return text.replace(/%[0-9A-Fa-f]{2}|[^\x21-\x7e]+/gu, (found) => {
    if (found.charCodeAt(0) !== PERCENT) return encodeURIComponent(found.toWellFormed())
    const character = String.fromCharCode(Number.parseInt(found.slice(1), 16))
    return UNRESERVED.test(character) ? character : found.toUpperCase()
  })
}
