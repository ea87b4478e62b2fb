/**
 * A value and what it is compared with; a `Bool` or an array of them stands for itself.
 * @module
 */
import type { ComparisonNode, Operation, ValueNode } from '../ast.ts'
import { isEach, typeOf } from '../node-type.ts'
import type { ScalarType, Type } from '../type.ts'
import { explainOperator } from './explain-operator.ts'
import { lexBytes } from './lex-bytes.ts'
import { LexFailure } from './lex-failure.ts'
import { lexInt } from './lex-int.ts'
import { lexListName } from './lex-list-name.ts'
import { lexLiteral } from './lex-literal.ts'
import { lexSet } from './lex-set.ts'
import { lexWildcard } from './lex-wildcard.ts'
import type { Lexed } from './lexed.ts'
import { type ComparisonOperator, readComparisonOperator } from './operators.ts'
import type { ParseContext } from './parse-context.ts'
import { parseRegex } from './parse-regex.ts'
import { skipSpace } from './scan.ts'
import { describeType } from './type-text.ts'

/** `at` is the position after `left`. */
export function parseComparison(context: ParseContext, left: ValueNode, at: number): Lexed<ComparisonNode> {
  const operation = parseOperation(context, left, at)
  const start = left.span?.[0] ?? at
  const node: ComparisonNode = {
    kind: 'comparison',
    left,
    operation: operation.value,
    span: [start, operation.at],
  }
  return { value: node, at: operation.at }
}

function parseOperation(context: ParseContext, left: ValueNode, at: number): Lexed<Operation> {
  const { source, scheme } = context
  const type = typeOf(left)
  if (type === 'Bool') return { value: { kind: 'is-true' }, at }
  if (isBoolContainer(type)) {
    if (isEach(left)) failType({ array: { array: 'Bool' } }, [at, at], 'Leave out one [*].')
    return { value: { kind: 'is-true' }, at }
  }
  const start = skipSpace(source, at)
  const operator = readComparisonOperator(source, start)
  if (!operator) {
    const fix = explainOperator(source, start, left, scheme)
    throw new LexFailure('expected-name', [start, source.length], 'expected ComparisonOp', fix)
  }
  if (typeof type !== 'string' || !takes(type, operator.value)) {
    failType(type, [start, operator.at], explainUse(type, operator.value))
  }
  const right = skipSpace(source, operator.at)
  if (operator.value.kind === 'in' && source[right] === '$') return parseList(context, type, start, right)
  return parseRight(source, operator.value, type, right)
}

function isBoolContainer(type: Type): boolean {
  if (typeof type === 'string') return false
  return ('array' in type ? type.array : type.map) === 'Bool'
}

/** Which operators a type takes. `Bool` never comes here. */
function takes(type: ScalarType, operator: ComparisonOperator): boolean {
  if (operator.kind === 'in' || operator.kind === 'order') return true
  return operator.kind === 'bit-and' ? type === 'Int' : type === 'Bytes'
}

function parseRight(
  source: string,
  operator: ComparisonOperator,
  type: ScalarType,
  at: number,
): Lexed<Operation> {
  switch (operator.kind) {
    case 'order': {
      const literal = lexLiteral(source, at, type)
      return { value: { kind: 'order', order: operator.order, literal: literal.value }, at: literal.at }
    }
    case 'in': {
      const set = lexSet(source, at, type)
      return { value: { kind: 'in', elements: set.value }, at: set.at }
    }
    case 'bit-and': {
      const mask = lexInt(source, at)
      return { value: { kind: 'bit-and', mask: mask.value }, at: mask.at }
    }
    case 'contains': {
      const bytes = lexBytes(source, at)
      return { value: { kind: 'contains', value: bytes.value }, at: bytes.at }
    }
    case 'matches':
      return parseRegex(source, at)
    default: {
      const pattern = lexWildcard(source, at)
      const strict = operator.kind === 'strict-wildcard'
      return { value: { kind: 'wildcard', pattern: pattern.value, strict }, at: pattern.at }
    }
  }
}

/** `operator` and `at` are where `in` and the name begin. */
function parseList(context: ParseContext, type: ScalarType, operator: number, at: number): Lexed<Operation> {
  const name = lexListName(context.source, at)
  const { lists } = context.scheme
  const kind = lists?.get(name.value)
  if (lists && kind === undefined) {
    const known = [...lists].filter(([, of]) => of === type).map(([list]) => `$${list}`)
    const fix =
      known.length > 0
        ? `Lists of this type: ${known.slice(0, 8).join(', ')}${known.length > 8 ? ', and more' : ''}.`
        : `There is no list of type ${type} yet: add one to the policy.`
    throw new LexFailure('unknown-list', [at, name.at], `unknown list $${name.value}`, fix)
  }
  if (kind !== undefined && kind !== type) {
    const fix = `The list $${name.value} holds values of type ${kind}, this one is of type ${type}.`
    failType(type, [operator, name.at], fix)
  }
  return { value: { kind: 'in-list', list: name.value }, at: name.at }
}

function failType(type: Type, span: readonly [number, number], fix: string): never {
  const message = `cannot perform this operation on type ${describeType(type)}`
  throw new LexFailure('unsupported-operation', span, message, fix)
}

function explainUse(type: Type, operator: ComparisonOperator): string {
  if (typeof type !== 'string') {
    return 'array' in type
      ? 'Take an element with [0], or compare all of them inside any(... [*] ...).'
      : 'Take a value with ["name"], or compare all of them inside any(... [*] ...).'
  }
  if (operator.kind === 'bit-and') return '& tests the bits of a number; write and or && between comparisons.'
  return `This operator compares strings; a value of type ${type} takes ==, !=, <, <=, >, >= and in.`
}
