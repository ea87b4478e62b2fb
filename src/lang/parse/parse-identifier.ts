/**
 * The name of a field or function, looked up in the scheme.
 * @module
 */
import type { FieldNode } from '../ast.ts'
import type { FieldDefinition, Scheme, Signature } from '../scheme.ts'
import { LexFailure } from './lex-failure.ts'
import type { Lexed } from './lexed.ts'
import { IDENTIFIER, scanWhile } from './scan.ts'
import { suggestName } from './suggest-name.ts'

export type Identifier =
  | FieldNode
  | { readonly kind: 'function'; readonly name: string; readonly signature: Signature }

/** Names with dots between them. Fails with `expected-name` where a name should begin. */
function lexIdentifier(source: string, start: number): Lexed<string> {
  let at = start
  for (;;) {
    const end = scanWhile(source, at, IDENTIFIER)
    if (end === at) {
      const fix = explainStart(source, at)
      throw new LexFailure('expected-name', [at, source.length], 'expected identifier character', fix)
    }
    if (source[end] !== '.') return { value: source.slice(start, end), at: end }
    at = end + 1
  }
}

function explainStart(source: string, at: number): string {
  if (source.trim() === '') return 'Write an expression, as http.host eq "example.com".'
  if (source[at] === '\t') return 'Write spaces instead of tabs.'
  return 'Write the name of a field or a function here: letters, digits and _ with dots between them.'
}

/** Fails with `unknown-identifier` or `unavailable-field`. */
export function parseIdentifier(source: string, start: number, scheme: Scheme): Lexed<Identifier> {
  const { value: name, at } = lexIdentifier(source, start)
  const field = scheme.fields.get(name)
  if (field) return { value: toField(name, field, [start, at], scheme), at }
  const signature = scheme.functions.get(name)
  if (signature) return { value: { kind: 'function', name, signature }, at }
  throw new LexFailure('unknown-identifier', [start, at], 'unknown identifier', explainName(name, scheme))
}

function toField(name: string, field: FieldDefinition, span: [number, number], scheme: Scheme): FieldNode {
  const target = field.alias === undefined ? undefined : scheme.fields.get(field.alias)
  const unavailable = field.unavailable ?? target?.unavailable
  if (unavailable !== undefined) {
    const message = `${name} cannot be known here`
    throw new LexFailure('unavailable-field', span, message, unavailable)
  }
  return { kind: 'field', name: field.alias ?? name, type: target?.type ?? field.type, span }
}

function explainName(name: string, scheme: Scheme): string {
  if (name === 'any' || name === 'all') return `Write a parenthesis after ${name}: ${name}(...).`
  if (name === 'true' || name === 'false') {
    return 'There are no literals true and false: write a Bool field by itself, or not and the field.'
  }
  const suggestion = suggestName(name, knownNames(scheme))
  if (suggestion === undefined) return 'No field or function has this name; see the list of fields.'
  return `Did you mean ${suggestion}${scheme.functions.has(suggestion) ? '()' : ''}?`
}

function* knownNames(scheme: Scheme): Generator<string> {
  for (const [name, field] of scheme.fields) {
    if (field.alias === undefined && field.unavailable === undefined) yield name
  }
  yield* scheme.functions.keys()
}
