/**
 * The values of a cookie of ours in a Cookie field.
 * @module
 */

/** Cookies of one name that are tried: there are more only when somebody plants them. */
const MAX_TRIED = 4

/**
 * At most four. Cookies are parted by `;`, or by `,` where two Cookie fields were joined into one as other fields are:
 * HTTP/2 allows several (RFC 9113 section 8.2.3), and workerd joins them so. Our values have neither character.
 *
 * Values of other cookies may hold commas, and any host of the domain can set those: what follows a comma is tried
 * last, so that nobody's values push a cookie of ours out.
 */
export function findCookies(field: string | undefined, name: string): readonly string[] {
  if (field === undefined) return NONE
  let own: string[] | undefined
  let joined: string[] | undefined
  const start = `${name}=`
  for (let at = field.indexOf(start); at !== -1; at = field.indexOf(start, at + start.length)) {
    const before = separatorBefore(field, at)
    if (before === ';') {
      own ??= []
      if (own.push(valueAt(field, at + start.length)) === MAX_TRIED) return own
    } else if (before === ',') {
      joined ??= []
      if (joined.length < MAX_TRIED) joined.push(valueAt(field, at + start.length))
    }
  }
  if (joined === undefined) return own ?? NONE
  return own === undefined ? joined : [...own, ...joined].slice(0, MAX_TRIED)
}
const NONE: readonly string[] = []

/** The character before a name and the spaces in front of it; a field begins like a cookie after another. */
function separatorBefore(field: string, at: number): string {
  let i = at - 1
  while (field[i] === ' ') i--
  return field[i] ?? ';'
}

function valueAt(field: string, from: number): string {
  let end = from
  while (end < field.length && field[end] !== ';' && field[end] !== ',') end++
  return field.slice(from, end).trim()
}
