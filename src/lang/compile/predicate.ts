/**
 * Comparisons as tests of one value. A value of a type the checker did not promise satisfies none.
 * @module
 */
import type { Literal, Operation, Ordering, SetElement } from '../ast.ts'
import { foldCase } from '../functions/case.ts'
import { type Int, readInt, sharesBit } from '../int.ts'
import { compareIpLiterals } from '../ip-literal.ts'
import type { RegexPlan } from '../regex/plan.ts'
import { createRegexTest } from '../regex/run-regex.ts'
import { isAddress, type Value } from '../value.ts'
import { createWildcardTest, parseWildcard } from '../wildcard.ts'
import { createIntSet } from './int-set.ts'
import { createIpSet } from './ip-set.ts'
import type { Link, Predicate } from './link.ts'
import { literalValue } from './literal-value.ts'

const NEVER = (): boolean => false

function isInt(value: Value): value is Int {
  return typeof value === 'number' || typeof value === 'bigint'
}

function holds(order: Ordering, difference: number): boolean {
  switch (order) {
    case 'eq':
      return difference === 0
    case 'ne':
      return difference !== 0
    case 'ge':
      return difference >= 0
    case 'le':
      return difference <= 0
    case 'gt':
      return difference > 0
    case 'lt':
      return difference < 0
  }
}

/** Numbers and strings: JavaScript orders both as the language does, code units of binary strings being bytes. */
function orderScalars<F, T extends Int | string>(
  order: Ordering,
  literal: T,
  isOfType: (value: Value) => value is T,
): Predicate<F> {
  switch (order) {
    case 'eq':
      return (value) => value === literal
    case 'ne':
      return (value) => value !== literal
    case 'ge':
      return (value) => isOfType(value) && value >= literal
    case 'le':
      return (value) => isOfType(value) && value <= literal
    case 'gt':
      return (value) => isOfType(value) && value > literal
    case 'lt':
      return (value) => isOfType(value) && value < literal
  }
}

function orderPredicate<F>(order: Ordering, literal: Literal): Predicate<F> {
  const operand = literalValue(literal)
  if (operand === undefined) return NEVER
  if (typeof operand === 'string')
    return orderScalars<F, string>(order, operand, (value) => typeof value === 'string')
  if (isInt(operand)) return orderScalars<F, Int>(order, operand, isInt)
  if (!isAddress(operand)) return NEVER
  return (value) => {
    const difference = isAddress(value) ? compareIpLiterals(value, operand) : undefined
    return difference === undefined ? order === 'ne' : holds(order, difference)
  }
}

function isKind<K extends SetElement['kind']>(kind: K) {
  return (element: SetElement): element is Extract<SetElement, { kind: K }> => element.kind === kind
}

function setPredicate<F>(elements: readonly SetElement[]): Predicate<F> {
  const kind = elements[0]?.kind
  if (kind === 'bytes') {
    const set: ReadonlySet<Value> = new Set(elements.filter(isKind('bytes')).map(({ value }) => value))
    return (value) => set.has(value)
  }
  if (kind === 'int') {
    const test = createIntSet(elements.filter(isKind('int')))
    return (value) => isInt(value) && test(value)
  }
  if (kind !== 'ip') return NEVER
  const test = createIpSet(elements.filter(isKind('ip')))
  return (value) => isAddress(value) && test(value)
}

function regexPredicate<F>(plan: RegexPlan, maxSubject: number): Predicate<F> {
  const test = createRegexTest(plan)
  return (value, frame) => {
    if (typeof value !== 'string') return false
    if (value.length <= maxSubject) return test(value)
    frame.cuts++
    return test(value.slice(0, maxSubject))
  }
}

/** `folded`: the values that come are in lower case already. */
function wildcardPredicate<F>(pattern: string, strict: boolean, folded: boolean): Predicate<F> {
  const test = createWildcardTest(parseWildcard(strict ? pattern : foldCase(pattern)))
  if (strict || folded) return (value) => typeof value === 'string' && test(value)
  return (value) => typeof value === 'string' && test(foldCase(value))
}

export function compilePredicate<F>(link: Link<F>, operation: Operation, folded: boolean): Predicate<F> {
  switch (operation.kind) {
    case 'is-true':
      return (value) => value === true
    case 'order':
      return orderPredicate(operation.order, operation.literal)
    case 'bit-and': {
      const mask = readInt(operation.mask)
      return (value) => isInt(value) && sharesBit(value, mask)
    }
    case 'contains': {
      const part = operation.value
      return (value) => typeof value === 'string' && value.includes(part)
    }
    case 'matches':
      return regexPredicate(operation.plan, link.maxSubject)
    case 'wildcard':
      return wildcardPredicate(operation.pattern, operation.strict, folded)
    case 'in':
      return setPredicate(operation.elements)
    case 'in-list':
      return link.environment.list(operation.list) ?? NEVER
  }
}
