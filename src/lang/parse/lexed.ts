/**
 * What a lexer gives back.
 * @module
 */

export interface Lexed<T> {
  readonly value: T
  /** The first byte that was not read. */
  readonly at: number
}
