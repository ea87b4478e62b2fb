/**
 * What the content of a request may be: the bounds that are held while it streams.
 * @module
 */

/** Codings of Content-Encoding that a policy can let in (RFC 9110 section 8.4.1; RFC 7932; RFC 8878). */
export type ContentCoding = 'gzip' | 'deflate' | 'br' | 'zstd'

export interface JsonBounds {
  /** Arrays and objects within one another. */
  readonly max_depth: number
  /** Members of one object: what a hash table of the origin is filled with. */
  readonly max_keys: number
  /** Values in the whole document, arrays and objects included. */
  readonly max_items: number
  /** Bytes of one string or key between its quotes, as sent. */
  readonly max_string: number
}

export interface XmlBounds {
  readonly max_depth: number
  /** Elements of the whole document. */
  readonly max_elements: number
  /** Attributes of one element. */
  readonly max_attributes: number
}

export interface FormBounds {
  /** Fields of a form, or parts of a multipart one. */
  readonly max_keys: number
}

export interface CompressedBounds {
  /** Codings that may come; with any other, or more than one, a body is refused. */
  readonly allow: readonly ContentCoding[]
  /** Bytes after inflation. */
  readonly max_size: number
  /** How many times the bytes on the wire the content may become. */
  readonly max_ratio: number
}

export interface PaceBounds {
  /** Milliseconds until the first byte, and until the last. Only time spent waiting for the client counts. */
  readonly first_byte_ms: number
  readonly deadline_ms: number
  /** Bytes per second, at least, averaged after the first five seconds. */
  readonly min_rate: number
}

export interface BodyBounds extends PaceBounds {
  readonly json: JsonBounds
  readonly xml: XmlBounds
  readonly form: FormBounds
  readonly compressed: CompressedBounds
}
