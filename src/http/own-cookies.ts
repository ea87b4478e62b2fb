/**
 * The edge's own cookie: set by it, read by it, and nobody else's business.
 * @module
 */

/** Says that a client has solved a challenge. */
const CLEARANCE = 'sallyport-clearance'
const SECURE_CLEARANCE = `__Host-${CLEARANCE}`

/**
 * `__Host-` keeps other hosts of the domain from setting it (RFC 6265bis section 4.1.3.2). Browsers take that
 * prefix over https only, so a site on plain http, as on this machine, has the bare name.
 */
export function clearanceCookieName(scheme: 'http' | 'https'): string {
  return scheme === 'https' ? SECURE_CLEARANCE : CLEARANCE
}

/**
 * A Cookie field without our cookies, `undefined` when nothing is left. The origin does not need them, and what
 * it logs cannot be played back. Cookies are parted by `;`, or by `,` where two fields were joined into one.
 */
export function withoutOwnCookies(field: string): string | undefined {
  if (!field.includes(CLEARANCE)) return field
  // Each part with the character before it.
  const parts = field.split(/(?=[;,])/).filter((part) => !OWN.test(part))
  const kept = parts.join('').replace(/^[;,]/, '').trim()
  return kept === '' ? undefined : kept
}

const OWN = new RegExp(`^[;,]?\\s*(?:__Host-)?${CLEARANCE}\\s*(?:=|$)`)
