/**
 * A field or a call, with its indexes: `http.request.headers["accept"][0]`.
 * @module
 */
import type { CallNode, FieldNode, Index, IndexNode, ValueNode } from '../ast.ts'
import { formatType, type Type } from '../type.ts'
import { LexFailure } from './lex-failure.ts'
import { lexIndex } from './lex-index.ts'
import type { Lexed } from './lexed.ts'
import { parseCall } from './parse-call.ts'
import { nest, type ParseContext } from './parse-context.ts'
import { parseIdentifier } from './parse-identifier.ts'
import { expectLiteral, skipSpace } from './scan.ts'

export function parseValueNode(context: ParseContext, start: number): Lexed<ValueNode> {
  const identifier = parseIdentifier(context.source, start, context.scheme)
  const item = identifier.value
  if (item.kind === 'field') return parseIndexes(context.source, item, start, identifier.at)
  const inner = nest(context, skipSpace(context.source, identifier.at))
  const call = parseCall(inner, item.name, item.signature, start, identifier.at)
  return parseIndexes(context.source, call.value, start, call.at)
}

function parseIndexes(
  source: string,
  of: FieldNode | CallNode,
  start: number,
  after: number,
): Lexed<ValueNode> {
  const indexes: Index[] = []
  let type = of.type
  let at = after
  while (source[at] === '[') {
    const index = lexIndex(source, skipSpace(source, at + 1))
    const fix = 'Close the index with ].'
    const end = expectLiteral(source, skipSpace(source, index.at), ']', fix)
    type = elementType(type, index.value) ?? failIndex(type, index.value, [at, end])
    indexes.push(index.value)
    at = end
  }
  if (indexes.length === 0) return { value: of, at }
  const each = indexes.some((index) => index.kind === 'each')
  const node: IndexNode = { kind: 'index', of, indexes, type, ...(each && { each }), span: [start, at] }
  return { value: node, at }
}

/** What the index finds in a value of the type; `undefined` when it fits no such value. */
function elementType(type: Type, index: Index): Type | undefined {
  if (typeof type === 'string') return undefined
  if ('array' in type) return index.kind === 'key' ? undefined : type.array
  return index.kind === 'at' ? undefined : type.map
}

function failIndex(type: Type, index: Index, span: [number, number]): never {
  const shown = index.kind === 'each' ? '*' : index.kind === 'at' ? String(index.index) : index.key
  const message = `cannot access index ${JSON.stringify(shown)} for type ${formatType(type)}`
  throw new LexFailure('invalid-index-access', span, message, explainIndex(type))
}

function explainIndex(type: Type): string {
  if (typeof type === 'string') return `A value of type ${type} has nothing inside it: take the index out.`
  return 'array' in type
    ? 'An array takes a number, [0], or [*] for every element.'
    : 'A map takes a key in quotes, ["name"], or [*] for every value.'
}
