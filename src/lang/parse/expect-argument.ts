/**
 * Whether an argument fits its parameter: first its kind, then its type.
 * @module
 */
import type { ArgumentNode, Span } from '../ast.ts'
import { argumentType } from '../node-type.ts'
import type { Parameter } from '../scheme.ts'
import { equalTypes, type Type } from '../type.ts'
import { LexFailure } from './lex-failure.ts'
import { describeType, describeTypes } from './type-text.ts'

/** Fails with `invalid-argument-kind` or `invalid-argument-type`. `index` counts from 0. */
export function expectArgument(parameter: Parameter, node: ArgumentNode, index: number, span: Span): void {
  const actual = node.kind === 'literal' ? 'Literal' : 'Field'
  const wanted = parameter.kind === 'either' ? actual : parameter.kind === 'literal' ? 'Literal' : 'Field'
  if (actual !== wanted) {
    const message = `invalid kind of argument #${index}: expected argument of kind ${wanted}, but got ${actual}`
    const fix =
      wanted === 'Literal'
        ? 'Write a number, an address or a quoted string here: it must be known beforehand.'
        : 'Write a field, a function or a comparison here: a literal would always give the same.'
    throw new LexFailure('invalid-argument-kind', span, message, fix)
  }
  const type = argumentType(node)
  if (parameter.types.some((accepted) => accepts(accepted, type))) return
  const expected = describeTypes(parameter.types)
  const message = `invalid type of argument #${index}: expected value of type ${expected}, but got ${describeType(type)}`
  throw new LexFailure('invalid-argument-type', span, message, explainType(parameter, type))
}

function accepts(accepted: Type | 'Array' | 'Map', type: Type): boolean {
  if (accepted === 'Array') return typeof type !== 'string' && 'array' in type
  if (accepted === 'Map') return typeof type !== 'string' && 'map' in type
  return equalTypes(accepted, type)
}

function explainType(parameter: Parameter, type: Type): string {
  const inner = typeof type === 'string' ? undefined : 'array' in type ? type.array : type.map
  if (inner !== undefined && parameter.types.some((accepted) => accepts(accepted, inner))) {
    return 'Take one element with an index, or map the function over all of them with [*].'
  }
  return `Write a value of type ${describeTypes(parameter.types)} here.`
}
