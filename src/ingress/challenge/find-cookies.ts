/**
 * The values of a cookie of ours in a Cookie field.
 * @module
 */

/** Cookies of one name that are tried: there are more only when somebody plants them. */
const MAX_TRIED = 4

/**
 * At most four. Cookies are parted by `;`, or by `,` where two Cookie fields were joined into one as other fields are:
 * HTTP/2 allows several (RFC 9113 section 8.2.3), and workerd joins them so. Our values have neither character.
 */
export function findCookies(field: string | undefined, name: string): readonly string[] {
  if (field === undefined) return NONE
  let values: string[] | undefined
  const start = `${name}=`
  for (let at = field.indexOf(start); at !== -1; at = field.indexOf(start, at + start.length)) {
    const before = at === 0 ? ';' : (field[at - 1] ?? '')
    if (!' ;,'.includes(before)) continue
    const from = at + start.length
    let end = from
    while (end < field.length && field[end] !== ';' && field[end] !== ',') end++
    values ??= []
    if (values.push(field.slice(from, end).trim()) === MAX_TRIED) break
  }
  return values ?? NONE
}

const NONE: readonly string[] = []
