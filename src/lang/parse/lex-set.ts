/**
 * The elements between `{` and `}`, with spaces between them; there may be none.
 * @module
 */
import type { SetElement } from '../ast.ts'
import type { ScalarType } from '../type.ts'
import { lexBytes } from './lex-bytes.ts'
import { LexFailure } from './lex-failure.ts'
import { lexIntRange } from './lex-int.ts'
import { lexIpRange } from './lex-ip.ts'
import type { Lexed } from './lexed.ts'
import { expectLiteral, skipSpace } from './scan.ts'

const FIX =
  'Write the elements in braces with spaces between them, in {1 2 3}, or the name of a list, in $name.'

export function lexSet(source: string, start: number, type: ScalarType): Lexed<readonly SetElement[]> {
  const elements: SetElement[] = []
  let at = skipSpace(source, expectLiteral(source, start, '{', FIX))
  while (source[at] !== '}') {
    const element = lexElement(source, at, type)
    elements.push(element.value)
    at = skipSpace(source, element.at)
  }
  return { value: elements, at: at + 1 }
}

function lexElement(source: string, at: number, type: ScalarType): Lexed<SetElement> {
  if (type === 'Int') {
    const range = lexIntRange(source, at)
    return { value: { kind: 'int', ...range.value }, at: range.at }
  }
  if (type === 'Ip') {
    const range = lexIpRange(source, at)
    return { value: { kind: 'ip', ...range.value }, at: range.at }
  }
  if (at >= source.length) {
    throw new LexFailure('end-of-input', [at, at], 'unrecognised input', 'Close the set with }.')
  }
  const bytes = lexBytes(source, at)
  return { value: { kind: 'bytes', value: bytes.value }, at: bytes.at }
}
