/**
 * The name of a list: `$` and lower-case letters, digits, `_` and, not at an end, `.`.
 * @module
 */
import { LexFailure } from './lex-failure.ts'
import type { Lexed } from './lexed.ts'
import { charSet, expectLiteral, nextCharacter, scanWhile } from './scan.ts'

const NAME_CHARACTERS = charSet('abcdefghijklmnopqrstuvwxyz0123456789_.')
const FIX = 'Write $ and a name of lower-case letters, digits and _: $office_networks.'

/** Gives the name without the `$`. */
export function lexListName(source: string, at: number): Lexed<string> {
  const start = expectLiteral(source, at, '$', FIX)
  const end = scanWhile(source, start, NAME_CHARACTERS)
  const name = source.slice(start, end)
  if (name !== '' && !name.startsWith('.') && !name.endsWith('.')) return { value: name, at: end }
  const shown =
    name === '' && start < source.length ? source.slice(start, nextCharacter(source, start)) : name
  const message = `invalid list name ${JSON.stringify(shown)}`
  throw new LexFailure('invalid-list-name', [start, source.length], message, FIX)
}
