/**
 * The data model of structured fields (RFC 9651 section 3). Values carry their type, as `1` and `1.0`, or a
 * string and a token, are written differently and a signature covers what is written.
 * @module
 */

/** One value without parameters. */
export type BareItem =
  | { readonly type: 'integer'; readonly value: number }
  | { readonly type: 'decimal'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'token'; readonly value: string }
  | { readonly type: 'bytes'; readonly value: Uint8Array<ArrayBuffer> }
  | { readonly type: 'boolean'; readonly value: boolean }
  /** Seconds since 1970. */
  | { readonly type: 'date'; readonly value: number }
  /** Any Unicode text. */
  | { readonly type: 'display'; readonly value: string }

/** In the order written; a key that was repeated has its last value (RFC 9651 section 3.1.2). */
export type Parameters = ReadonlyMap<string, BareItem>

export interface Item {
  readonly kind: 'item'
  readonly value: BareItem
  readonly parameters: Parameters
}

export interface InnerList {
  readonly kind: 'list'
  readonly items: readonly Item[]
  readonly parameters: Parameters
}

export type Member = Item | InnerList

export type Dictionary = ReadonlyMap<string, Member>

/** What a whole field can be. */
export type FieldType = 'item' | 'list' | 'dictionary'
