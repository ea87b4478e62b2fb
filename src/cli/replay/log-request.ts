/**
 * What one line of an access log says of one request: plain data, whatever the log's format.
 * @module
 */

export interface LogRequest {
  /** Milliseconds since the epoch, from the log. */
  readonly time: number
  /** The client as logged: an address, or a name when the server looked names up. */
  readonly client: string
  readonly method: string
  /** Path and query as sent; bytes from 0x80 on are written `%HH`, as a URL parser hands them to a Worker. */
  readonly target: string
  /** For example `HTTP/1.1`. */
  readonly protocol: string
  readonly scheme?: 'http' | 'https'
  /** Absent when the log has no host field. */
  readonly host?: string
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country?: string
  readonly asn?: number
  readonly colo?: string
  readonly tls?: string
  /** Status the client got when the line was written. */
  readonly status?: number
  /** Bytes of the request as counted by the server that wrote the log: header section and body. */
  readonly requestBytes?: number
  /** The header fields the log kept, without `Host`. */
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/**
 * One parsed line. `empty` is a well-formed line without a request that could be read: a connection closed
 * before it asked for anything, or bytes that are not HTTP. No policy ever sees such a thing.
 */
export type ParsedLine =
  | { readonly kind: 'request'; readonly request: LogRequest }
  | { readonly kind: 'empty' }
  | { readonly kind: 'bad'; readonly reason: string }

export type LineParser = (line: Buffer) => ParsedLine

export const EMPTY_LINE: ParsedLine = Object.freeze({ kind: 'empty' })

export function badLine(reason: string): ParsedLine {
  return { kind: 'bad', reason }
}
