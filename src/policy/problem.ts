/**
 * What goes into the policy compiler and what it says when something is wrong.
 * @module
 */

/** The operator's files by path relative to the rules folder, with `/`: `access.yaml`, `lists/office.txt`. */
export type PolicyFiles = ReadonlyMap<string, string>

/** One thing an operator has to change, or should know of. Lines and columns count from 1. */
export interface Problem {
  /** Relative to the rules folder. */
  readonly file: string
  readonly line: number
  readonly column: number
  /** Characters to underline, where that is known. */
  readonly length?: number
  /** Where in the file's structure, as `guards[0].deny.cidrs[2]`; empty for the whole file and for lists. */
  readonly path: string
  /** What is wrong, one sentence. */
  readonly message: string
  /** What to write instead, one sentence. */
  readonly fix: string
}

/** Where in a YAML structure something is: keys and indexes from the root. */
export type Path = readonly PropertyKey[]

/** `a.b[0]` for a path. */
export function formatPath(path: Path): string {
  let text = ''
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`
    else text += text === '' ? String(step) : `.${String(step)}`
  }
  return text
}

/** Text from a file for use in a message: bounded, and with control characters escaped. */
export function quoteText(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}
