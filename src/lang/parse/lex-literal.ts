/**
 * The one value a comparison with `==`, `<` and their like has on its right.
 * @module
 */
import type { Literal } from '../ast.ts'
import type { ScalarType } from '../type.ts'
import { lexBytes } from './lex-bytes.ts'
import { lexInt } from './lex-int.ts'
import { lexIp } from './lex-ip.ts'
import type { Lexed } from './lexed.ts'

/** The type of the left side decides how the text is read. */
export function lexLiteral(source: string, at: number, type: ScalarType): Lexed<Literal> {
  if (type === 'Int') {
    const int = lexInt(source, at)
    return { value: { kind: 'int', value: int.value }, at: int.at }
  }
  const kind = type === 'Ip' ? 'ip' : 'bytes'
  const text = kind === 'ip' ? lexIp(source, at) : lexBytes(source, at)
  return { value: { kind, value: text.value }, at: text.at }
}
