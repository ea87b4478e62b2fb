/**
 * What names an expression may use: fields, functions and lists with their types.
 * @module
 */
import type { ArgumentNode } from './ast.ts'
import type { Type } from './type.ts'

export interface FieldDefinition {
  readonly type: Type
  /** Why the field cannot be known here; using it is an error that says so. */
  readonly unavailable?: string
  /** A deprecated name: the field that is meant. */
  readonly alias?: string
}

/** `field`: any expression but a literal. `literal`: a literal only. */
export type ArgumentKind = 'field' | 'literal' | 'either'

export interface Parameter {
  readonly kind: ArgumentKind
  /** Types that are taken. `Array` and `Map` stand for an array or map of anything. */
  readonly types: readonly (Type | 'Array' | 'Map')[]
}

/** A fault of one argument that types cannot tell: `split`'s limit, a bad option letter. */
export interface ArgumentFault {
  /** From 0. */
  readonly index: number
  readonly message: string
  readonly fix: string
}

export interface Signature {
  readonly required: readonly Parameter[]
  readonly optional?: readonly Parameter[]
  /** Any number more of this kind. */
  readonly rest?: Parameter
  /** The type of the result for these argument types. */
  returns(args: readonly Type[]): Type
  /** Looks at arguments whose types are right. */
  check?(args: readonly ArgumentNode[]): ArgumentFault | undefined
  /** At most one call in an expression, never inside itself (`regex_replace`, `wildcard_replace`). */
  readonly once?: true
}

export type ListKind = 'Ip' | 'Bytes' | 'Int'

export interface Scheme {
  readonly fields: ReadonlyMap<string, FieldDefinition>
  readonly functions: ReadonlyMap<string, Signature>
  /** Names of lists and what their entries are compared with; `undefined` takes every well-formed name. */
  readonly lists?: ReadonlyMap<string, ListKind>
  /** Levels of parentheses, `not`, calls and quantifiers. */
  readonly maxNesting: number
  /** Characters of a whole expression. */
  readonly maxLength: number
}
