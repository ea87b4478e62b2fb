/**
 * `regex_replace(source, expression, replacement)`: the source with the first match replaced.
 *
 * Always on the linear engine, as its expression is a literal argument and has no plan in the tree. A source
 * longer than {@link MAX_SOURCE} is nil: half a rewritten URL would be worse than none.
 * @module
 */
import type { ArgumentNode } from '../ast.ts'
import { checkRegexReplace, createReplace } from '../regex/replace-regex.ts'
import type { ArgumentFault } from '../scheme.ts'
import { type FunctionCall, type FunctionDefinition, MAX_RESULT_BYTES } from './definition.ts'
import { BYTES, BYTES_LITERAL, literalBytes } from './parameters.ts'

/** Bytes: what the default bounds of hygiene let through, however much UTF-8 makes of it. */
const MAX_SOURCE: number = 1 << 16

function checkLiterals(args: readonly ArgumentNode[]): ArgumentFault | undefined {
  const fault = checkRegexReplace(literalBytes(args[1]) ?? '', literalBytes(args[2]) ?? '')
  return fault && { index: fault.part === 'source' ? 1 : 2, message: fault.message, fix: fault.fix }
}

function prepareReplace(expression: string, replacement: string): FunctionCall {
  const replace = createReplace(expression)
  return ([source]) => {
    if (typeof source !== 'string' || source.length > MAX_SOURCE) return undefined
    const result = replace(source, replacement)
    return result === undefined || result.length > MAX_RESULT_BYTES ? undefined : result
  }
}

export const REGEX_REPLACE: FunctionDefinition = {
  signature: {
    required: [BYTES, BYTES_LITERAL, BYTES_LITERAL],
    returns: () => 'Bytes',
    check: checkLiterals,
    once: true,
  },
  call(args) {
    const [, expression, replacement] = args
    if (typeof expression !== 'string' || typeof replacement !== 'string') return undefined
    return prepareReplace(expression, replacement)(args)
  },
  prepare: (args) => prepareReplace(literalBytes(args[1]) ?? '', literalBytes(args[2]) ?? ''),
  cost: 200,
}
