/**
 * The checked syntax tree of an expression: plain data that travels in the bundle as JSON.
 *
 * Every node is what the checker has found it to be; a compiler need not check types again. `span` gives
 * the bytes of the source it came from, for reports only; bundles leave it out.
 * @module
 */
import type { RegexPlan } from './regex/plan.ts'
import type { Type } from './type.ts'

/** First byte, and the byte after the last, in the source's UTF-8. */
export type Span = readonly [start: number, end: number]

/** A whole number as it was read; a decimal string when it is outside JavaScript's safe integers. */
export type IntLiteral = number | string

export type Literal =
  | { readonly kind: 'int'; readonly value: IntLiteral }
  /** A binary string. */
  | { readonly kind: 'bytes'; readonly value: string }
  /** Canonical text of an address; IPv4-mapped IPv6 stays IPv6, as the engine has it. */
  | { readonly kind: 'ip'; readonly value: string }

export interface FieldNode {
  readonly kind: 'field'
  /** The name in the scheme; a deprecated alias has already been replaced. */
  readonly name: string
  readonly type: Type
  readonly span?: Span
}

export interface CallNode {
  readonly kind: 'call'
  readonly name: string
  readonly args: readonly ArgumentNode[]
  /**
   * What the call gives. When the first argument ends in `[*]` the function is mapped over it and this is
   * an array of the function's own type.
   */
  readonly type: Type
  /** The first argument is mapped over. */
  readonly mapped?: true
  readonly span?: Span
}

export type Index =
  | { readonly kind: 'at'; readonly index: number }
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'each' }

export interface IndexNode {
  readonly kind: 'index'
  readonly of: FieldNode | CallNode
  readonly indexes: readonly Index[]
  /** Type of the value after all indexes: of one element, when there is an `each` (see `each`). */
  readonly type: Type
  /** There is a `[*]`: evaluates to a list of values of `type`, flattened over every `[*]`. */
  readonly each?: true
  readonly span?: Span
}

export type ValueNode = FieldNode | CallNode | IndexNode

export type ArgumentNode = ValueNode | { readonly kind: 'literal'; readonly literal: Literal } | LogicalNode

export type Ordering = 'eq' | 'ne' | 'ge' | 'le' | 'gt' | 'lt'

/** Bounds are inclusive. A network is written as its first and last address. */
export type SetElement =
  | { readonly kind: 'int'; readonly from: IntLiteral; readonly to: IntLiteral }
  | { readonly kind: 'ip'; readonly from: string; readonly to: string }
  | { readonly kind: 'bytes'; readonly value: string }

export type Operation =
  /** A `Bool` stands for itself. */
  | { readonly kind: 'is-true' }
  | { readonly kind: 'order'; readonly order: Ordering; readonly literal: Literal }
  | { readonly kind: 'bit-and'; readonly mask: IntLiteral }
  | { readonly kind: 'contains'; readonly value: string }
  | { readonly kind: 'matches'; readonly plan: RegexPlan }
  /** `pattern` is the source after string escapes, with `*`, `\*` and `\\`. */
  | { readonly kind: 'wildcard'; readonly pattern: string; readonly strict: boolean }
  | { readonly kind: 'in'; readonly elements: readonly SetElement[] }
  | { readonly kind: 'in-list'; readonly list: string }

export interface ComparisonNode {
  readonly kind: 'comparison'
  readonly left: ValueNode
  readonly operation: Operation
  readonly span?: Span
}

export interface CombineNode {
  readonly kind: 'combine'
  readonly op: 'and' | 'or' | 'xor'
  /** Two or more. */
  readonly items: readonly LogicalNode[]
  readonly span?: Span
}

export interface NotNode {
  readonly kind: 'not'
  readonly item: LogicalNode
  readonly span?: Span
}

export interface QuantifierNode {
  readonly kind: 'any' | 'all'
  /** Gives `Array(Bool)`. */
  readonly item: LogicalNode
  readonly span?: Span
}

/**
 * A node that gives `Bool`, or `Array(Bool)` (with `[*]`, or a field of that type). `array` says which, on
 * every kind of node it can be asked of: see `isArrayNode` of the checker.
 */
export type LogicalNode = ComparisonNode | CombineNode | NotNode | QuantifierNode
