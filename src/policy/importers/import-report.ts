/**
 * What an import could not carry over. Nothing is left out without a line here.
 * @module
 */

export interface LeftOut {
  /** The rule or entry, as its owner knows it: description, reference, or line. */
  readonly subject: string
  /** `rule`: all of it is missing. `part`: it was carried over without this. */
  readonly what: 'rule' | 'part'
  /** Why, one sentence; and what to do, if anything can be done. */
  readonly reason: string
}

export interface Imported {
  /** By path relative to the rules folder. */
  readonly files: ReadonlyMap<string, string>
  /** Rules or entries that were carried over, perhaps in part. */
  readonly count: number
  readonly leftOut: readonly LeftOut[]
}

/** The input is not what it should be. */
export type ImportResult =
  | { readonly ok: true; readonly imported: Imported }
  | { readonly ok: false; readonly message: string; readonly fix: string }

/** Text from the input on one line of a comment or message, bounded. */
export function oneLine(text: string, limit = 200): string {
  const plain = text.replace(/\p{Cc}+/gu, ' ').trim()
  return plain.length > limit ? `${plain.slice(0, limit)}…` : plain
}
