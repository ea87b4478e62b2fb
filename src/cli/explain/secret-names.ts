/**
 * Which header fields hold what must not end up in a terminal's history or in the log of a build.
 * @module
 */

export const MASK = '(hidden)'

/** A word of a field's name that says its value lets somebody in. */
const WORDS =
  /(?:^|-)(?:auth|authorization|authentication|cookie|cookie2|token|secret|password|passwd|credentials?|session|sid|jwt|assertion|csrf|xsrf|key|apikey)(?:-|$)/

/** @param name In lower case. */
export function isSecretName(name: string): boolean {
  return WORDS.test(name.replaceAll('_', '-'))
}

/** The value for people: of a secret field only how long it is. */
export function maskField(name: string, value: string): string {
  return isSecretName(name.toLowerCase()) ? `${MASK} ${value.length} bytes` : value
}
