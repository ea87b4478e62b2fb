/**
 * What is wrong with a regular expression. Thrown inside the parser only; its entry point returns it.
 * @module
 */

export class RegexSyntaxError extends Error {
  override readonly name = 'RegexSyntaxError'
  /** Bytes of the source before the fault. */
  readonly offset: number
  /** How to mend it, one sentence. */
  readonly fix: string

  constructor(message: string, fix: string, offset: number) {
    super(message)
    this.fix = fix
    this.offset = offset
  }
}
