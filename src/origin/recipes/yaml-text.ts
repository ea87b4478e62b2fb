/**
 * Small parts of YAML as text: configurations are written by hand, for their comments.
 * @module
 */

/** A value between double quotes: JSON strings are YAML (YAML 1.2 section 1.3). */
export function quoteYaml(text: string): string {
  return JSON.stringify(text)
}

/** Puts spaces before every line that has something on it. */
export function indentYaml(text: string, spaces: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(spaces))
}
