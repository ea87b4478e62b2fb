/**
 * A regular expression after parsing: over bytes, flags resolved, classes as ranges.
 * @module
 */
import { type Ranges, uniteRanges } from './ranges.ts'

/**
 * What must hold between two bytes. Words are ASCII (`[0-9A-Za-z_]`). The `crlf` pair takes `\r`, `\n` and
 * `\r\n` for ends of lines and never holds inside `\r\n`.
 */
export type Look =
  | 'start'
  | 'end'
  | 'line-start'
  | 'line-end'
  | 'crlf-start'
  | 'crlf-end'
  | 'word'
  | 'not-word'
  | 'word-start'
  | 'word-end'
  | 'word-start-half'
  | 'word-end-half'

export type RegexNode =
  | { readonly kind: 'empty' }
  /** One byte of `ranges`; without ranges it never matches. */
  | { readonly kind: 'byte'; readonly ranges: Ranges }
  | { readonly kind: 'look'; readonly look: Look }
  | { readonly kind: 'concat'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'alternate'; readonly items: readonly RegexNode[] }
  | {
      readonly kind: 'repeat'
      readonly item: RegexNode
      readonly min: number
      /** `Infinity` when there is no bound. */
      readonly max: number
      readonly lazy: boolean
    }
  /** A capturing group; `index` from 1. */
  | { readonly kind: 'group'; readonly index: number; readonly name?: string; readonly item: RegexNode }

export const EMPTY: RegexNode = { kind: 'empty' }

export function concatNodes(items: readonly RegexNode[]): RegexNode {
  const kept = items
    .flatMap((item) => (item.kind === 'concat' ? item.items : [item]))
    .filter((item) => item.kind !== 'empty')
  const first = kept[0]
  if (first === undefined) return EMPTY
  return kept.length === 1 ? first : { kind: 'concat', items: kept }
}

/** Neighbours of one byte each become one class: between them the order of alternatives decides nothing. */
export function alternateNodes(items: readonly RegexNode[]): RegexNode {
  const kept: RegexNode[] = []
  for (const item of items) {
    const last = kept.at(-1)
    if (item.kind === 'byte' && last?.kind === 'byte')
      kept[kept.length - 1] = { kind: 'byte', ranges: uniteRanges(last.ranges, item.ranges) }
    else kept.push(item)
  }
  const first = kept[0]
  if (first === undefined) return { kind: 'byte', ranges: [] }
  return kept.length === 1 ? first : { kind: 'alternate', items: kept }
}

/** There is no subject of which the node takes a byte. */
export function isZeroWidth(node: RegexNode): boolean {
  switch (node.kind) {
    case 'empty':
    case 'look':
      return true
    case 'byte':
      return false
    case 'repeat':
      return node.max === 0 || isZeroWidth(node.item)
    case 'group':
      return isZeroWidth(node.item)
    default:
      return node.items.every(isZeroWidth)
  }
}

/** The node may match without taking a byte, given that its assertions hold. */
export function isNullable(node: RegexNode): boolean {
  switch (node.kind) {
    case 'empty':
    case 'look':
      return true
    case 'byte':
      return false
    case 'repeat':
      return node.min === 0 || isNullable(node.item)
    case 'group':
      return isNullable(node.item)
    case 'concat':
      return node.items.every(isNullable)
    default:
      return node.items.some(isNullable)
  }
}
