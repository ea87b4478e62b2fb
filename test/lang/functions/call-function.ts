/** Calls a function of the table as an expression would. */

import type { ArgumentNode } from '../../../src/lang/ast.ts'
import { FUNCTIONS } from '../../../src/lang/functions/table.ts'
import type { ArgumentFault } from '../../../src/lang/scheme.ts'
import type { Value } from '../../../src/lang/value.ts'

function definitionOf(name: string) {
  const definition = FUNCTIONS.get(name)
  if (!definition) throw new Error(`no function ${name}`)
  return definition
}

function asLiteral(value: Value | undefined): ArgumentNode {
  if (typeof value === 'string') return { kind: 'literal', literal: { kind: 'bytes', value } }
  if (typeof value === 'number') return { kind: 'literal', literal: { kind: 'int', value } }
  return { kind: 'field', name: 'x', type: 'Bytes' }
}

/** What is wrong with literal arguments. */
export function checkFunction(
  name: string,
  ...args: readonly (Value | undefined)[]
): ArgumentFault | undefined {
  return definitionOf(name).signature.check?.(args.map(asLiteral))
}

/** A function with prepared literals must give the same as without. */
export function callFunction(name: string, ...args: readonly (Value | undefined)[]): Value | undefined {
  const definition = definitionOf(name)
  const result = definition.call(args)
  const prepared = definition.prepare?.(args.map(asLiteral))
  if (prepared && JSON.stringify(prepared(args)) !== JSON.stringify(result)) {
    throw new Error(`${name}: prepare differs from call`)
  }
  return result
}
