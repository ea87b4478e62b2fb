/**
 * `wildcard(source, pattern)` and `wildcard_replace(source, pattern, replacement, flags?)`. The pattern must
 * match all of the source; letters match in either case unless flag `s` is set (`wildcard` has no flags).
 * @module
 */
import type { ArgumentNode } from '../ast.ts'
import { explainWildcard } from '../parse/lex-wildcard.ts'
import { countReferences, MAX_REFERENCES, parseReplacement } from '../regex/replacement.ts'
import type { ArgumentFault } from '../scheme.ts'
import { captureWildcard, createWildcardTest, parseWildcard } from '../wildcard.ts'
import { foldCase } from './case.ts'
import { type FunctionCall, type FunctionDefinition, MAX_RESULT_BYTES } from './definition.ts'
import { BYTES_FIELD, BYTES_LITERAL, checkLetters, literalBytes } from './parameters.ts'

function checkPattern(args: readonly ArgumentNode[]): ArgumentFault | undefined {
  const fault = explainWildcard(literalBytes(args[1]) ?? '')
  return fault && { index: 1, ...fault }
}

function prepareTest(pattern: string): FunctionCall {
  const test = createWildcardTest(parseWildcard(foldCase(pattern)))
  return ([source]) => (typeof source === 'string' ? test(foldCase(source)) : undefined)
}

export const WILDCARD: FunctionDefinition = {
  signature: { required: [BYTES_FIELD, BYTES_LITERAL], returns: () => 'Bool', check: checkPattern },
  call: (args) => (typeof args[1] === 'string' ? prepareTest(args[1])(args) : undefined),
  prepare: (args) => prepareTest(literalBytes(args[1]) ?? ''),
  cost: 10,
}

/** A star's number; the whole source is 0. */
const STAR = /^\d{1,3}$/

function checkReplacement(args: readonly ArgumentNode[]): ArgumentFault | undefined {
  const parts = parseReplacement(literalBytes(args[2]) ?? '')
  const fix = 'Write $$ for a dollar sign, and refer to stars by number: the first is $1 in braces.'
  for (const part of parts) {
    if ('group' in part && !STAR.test(part.group))
      return { index: 2, message: `there is no star ${JSON.stringify(part.group)}`, fix }
  }
  const references = countReferences(parts)
  if (references <= MAX_REFERENCES) return undefined
  return { index: 2, message: `there are ${references} references, more than ${MAX_REFERENCES}`, fix }
}

function prepareReplace(pattern: string, replacement: string, strict: boolean): FunctionCall {
  const pieces = parseWildcard(pattern)
  const parts = parseReplacement(replacement)
  return ([source]) => {
    if (typeof source !== 'string' || source.length > MAX_RESULT_BYTES) return undefined
    const captures = captureWildcard(pieces, source, strict)
    if (!captures) return source
    let out = ''
    for (const part of parts) {
      if ('text' in part) out += part.text
      else out += part.group === '0' ? source : (captures[Number(part.group) - 1] ?? '')
      if (out.length > MAX_RESULT_BYTES) return undefined
    }
    return out
  }
}

export const WILDCARD_REPLACE: FunctionDefinition = {
  signature: {
    required: [BYTES_FIELD, BYTES_LITERAL, BYTES_LITERAL],
    optional: [BYTES_LITERAL],
    returns: () => 'Bytes',
    check: (args) => checkPattern(args) ?? checkReplacement(args) ?? checkLetters(args, 3, 's'),
    once: true,
  },
  call(args) {
    const [, pattern, replacement, flags] = args
    if (typeof pattern !== 'string' || typeof replacement !== 'string') return undefined
    return prepareReplace(pattern, replacement, flags === 's')(args)
  },
  prepare: (args) =>
    prepareReplace(literalBytes(args[1]) ?? '', literalBytes(args[2]) ?? '', literalBytes(args[3]) === 's'),
  cost: 30,
}
