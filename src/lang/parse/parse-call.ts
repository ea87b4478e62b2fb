/**
 * A call of a function, its arguments checked one by one as they are read.
 * @module
 */
import type { ArgumentNode, CallNode, Span } from '../ast.ts'
import { argumentType, isEach } from '../node-type.ts'
import type { Signature } from '../scheme.ts'
import { expectArgument } from './expect-argument.ts'
import { LexFailure } from './lex-failure.ts'
import type { Lexed } from './lexed.ts'
import { parseArgument } from './parse-argument.ts'
import type { ParseContext } from './parse-context.ts'
import { expectLiteral, skipSpace } from './scan.ts'

interface Arguments {
  readonly nodes: readonly ArgumentNode[]
  readonly spans: readonly Span[]
}

/** `start` is where the name begins, `after` where it has ended. */
export function parseCall(
  context: ParseContext,
  name: string,
  signature: Signature,
  start: number,
  after: number,
): Lexed<CallNode> {
  const { source } = context
  const fix = `${name} is a function: write its arguments in parentheses, ${name}(...).`
  const open = expectLiteral(source, skipSpace(source, after), '(', fix)
  const args = parseArguments(context, name, signature, skipSpace(source, open))
  const count = args.value.nodes.length
  if (count < signature.required.length) failCount(source, args.at, name, signature)
  const at = expectLiteral(source, args.at, ')', 'Close the call with a parenthesis.')
  checkValues(name, signature, args.value)
  const [first] = args.value.nodes
  const mapped = first !== undefined && isEach(first)
  const type = signature.returns(args.value.nodes.map(argumentType))
  const node: CallNode = {
    kind: 'call',
    name,
    args: args.value.nodes,
    type: mapped ? { array: type } : type,
    ...(mapped && { mapped }),
    span: [start, at],
  }
  return { value: node, at }
}

function parseArguments(
  context: ParseContext,
  name: string,
  signature: Signature,
  start: number,
): Lexed<Arguments> {
  const { source } = context
  const nodes: ArgumentNode[] = []
  const spans: Span[] = []
  let at = start
  while (at < source.length && source[at] !== ')') {
    if (nodes.length > 0) at = expectLiteral(source, at, ',', explainComma(source, at))
    at = skipSpace(source, at)
    const argument = parseArgument(context, at)
    const span: Span = [at, argument.at]
    if (nodes.length > 0 && isEach(argument.value)) failEach(span)
    const parameter = parameterAt(signature, nodes.length)
    if (!parameter) failCount(source, at, name, signature)
    expectArgument(parameter, argument.value, nodes.length, span)
    nodes.push(argument.value)
    spans.push(span)
    at = skipSpace(source, argument.at)
  }
  return { value: { nodes, spans }, at }
}

function parameterAt(signature: Signature, index: number): Signature['rest'] {
  const { required, optional = [], rest } = signature
  return required[index] ?? optional[index - required.length] ?? rest
}

function explainComma(source: string, at: number): string {
  const logical = /^(?:and|or|xor|&&|\|\||\^\^)/.test(source.slice(at, at + 3))
  return logical
    ? 'Put an argument with and, or, xor in parentheses of its own: any((a[*] == 1 or b[*] == 2)).'
    : 'Write a comma between two arguments, and a parenthesis after the last.'
}

function failEach(span: Span): never {
  const fix = 'Only the first argument may end in [*].'
  throw new LexFailure('invalid-map-each-access', span, 'invalid use of map each access operator', fix)
}

function failCount(source: string, at: number, name: string, signature: Signature): never {
  const least = signature.required.length
  const most = signature.rest ? undefined : least + (signature.optional?.length ?? 0)
  const range = most === undefined ? `${least} or more` : most === least ? `${least}` : `${least} to ${most}`
  const fix = `${name} takes ${range} argument${range === '1' ? '' : 's'}.`
  throw new LexFailure('invalid-arguments-count', [at, source.length], 'invalid number of arguments', fix)
}

/** What types cannot tell is looked at when all arguments are there. */
function checkValues(name: string, signature: Signature, args: Arguments): void {
  const fault = signature.check?.(args.nodes)
  const span = fault && args.spans[fault.index]
  if (!fault || !span) return
  const message = `invalid value of argument #${fault.index}: ${fault.message}`
  throw new LexFailure('invalid-argument-value', span, message, fault.fix || `See the arguments of ${name}.`)
}
