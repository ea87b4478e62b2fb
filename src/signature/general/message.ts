/**
 * A message as signatures see it: what was on the wire, raw, with nothing normalised.
 * @module
 */

/** Names and values by turns, one pair per line, duplicates and all, in order: Node's `rawHeaders`. */
export type FieldLines = readonly string[]

export interface RequestMessage {
  readonly kind: 'request'
  /** As on the wire: methods are case-sensitive (RFC 9110 section 9.1). */
  readonly method: string
  /** The request-target as on the wire, in any of its four forms (RFC 9112 section 3.2). */
  readonly target: string
  /** How the request travels; with it a default port is taken off the authority. */
  readonly scheme: 'http' | 'https'
  /** HTTP/2's `:authority`, or the host of a URL. Without it `Host` counts; with it, `Host` has to agree. */
  readonly authority?: string
  readonly fields: FieldLines
  readonly trailers?: FieldLines
}

export interface ResponseMessage {
  readonly kind: 'response'
  /** 100 to 999. */
  readonly status: number
  readonly fields: FieldLines
  readonly trailers?: FieldLines
  /** What it answers: components with `req` are taken from there (RFC 9421 section 2.4). */
  readonly request?: RequestMessage
}

export type Message = RequestMessage | ResponseMessage
