/**
 * Literals as values.
 * @module
 */
import type { Literal } from '../ast.ts'
import { readInt } from '../int.ts'
import { parseIpLiteral } from '../ip-literal.ts'
import type { Value } from '../value.ts'

export function literalValue(literal: Literal): Value | undefined {
  if (literal.kind === 'int') return readInt(literal.value)
  return literal.kind === 'ip' ? parseIpLiteral(literal.value) : literal.value
}
