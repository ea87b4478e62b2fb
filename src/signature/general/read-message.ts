/**
 * Messages of Fetch and of Node as signatures see them: `sallyport/signature/message`. Nothing is normalised
 * on the way. Never throws: what cannot be signed is found when a component is read.
 * @module
 */
import type { RequestMessage, ResponseMessage } from './message.ts'

interface FetchFields {
  [Symbol.iterator](): Iterator<readonly [string, string] | string[]>
}

/** What a Fetch `Request` has. */
export interface FetchRequest {
  readonly method: string
  readonly url: string
  readonly headers: FetchFields
}

/** What a Fetch `Response` has. */
export interface FetchResponse {
  readonly status: number
  readonly headers: FetchFields
}

/** What Node's `IncomingMessage` has. */
export interface NodeMessage {
  readonly method?: string | undefined
  readonly url?: string | undefined
  /** What `url` was before a framework cut it short, as Express does for what is mounted below a path. */
  readonly originalUrl?: string | undefined
  readonly statusCode?: number | undefined
  readonly rawHeaders: readonly string[]
  readonly rawTrailers?: readonly string[]
}

const URL_PARTS = /^(https?):\/\/([^/?#]*)([^#]*)/i

/** Fetch joins the lines of a field, so that `bs` covers one line where there were several. */
function listFields(headers: FetchFields): string[] {
  const fields: string[] = []
  for (const [name = '', value = ''] of headers) fields.push(name, value)
  return fields
}

/** The target is cut out of the URL as it is written; a fragment is not sent. */
export function readFetchRequest(request: FetchRequest): RequestMessage {
  const [, scheme = '', authority = '', rest = ''] = URL_PARTS.exec(request.url) ?? []
  return {
    kind: 'request',
    method: request.method,
    target: rest.startsWith('/') ? rest : `/${rest}`,
    scheme: scheme.toLowerCase() === 'http' ? 'http' : 'https',
    authority,
    fields: listFields(request.headers),
  }
}

/** `request`: what it answers, for components with `req`. */
export function readFetchResponse(response: FetchResponse, request?: RequestMessage): ResponseMessage {
  const message = {
    kind: 'response',
    status: response.status,
    fields: listFields(response.headers),
  } as const
  return request ? { ...message, request } : message
}

/** HTTP/2 in Node lists what was the request line as fields that begin with a colon. */
function splitPseudo(lines: readonly string[]): { readonly fields: string[]; readonly authority?: string } {
  const fields: string[] = []
  let authority: string | undefined
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const name = lines[i] ?? ''
    const value = lines[i + 1] ?? ''
    if (name === ':authority') authority = value
    if (!name.startsWith(':')) fields.push(name, value)
  }
  return authority === undefined ? { fields } : { fields, authority }
}

/**
 * A request that a server received. `scheme`: how clients reach it, as a process behind a proxy cannot see that.
 * Trailers are there once the body was read to its end.
 */
export function readNodeRequest(request: NodeMessage, scheme: 'http' | 'https'): RequestMessage {
  return {
    kind: 'request',
    method: request.method ?? '',
    target: request.originalUrl ?? request.url ?? '',
    scheme,
    ...splitPseudo(request.rawHeaders),
    trailers: request.rawTrailers ?? [],
  }
}

/** A response that a client received. `request`: what it answers, for components with `req`. */
export function readNodeResponse(response: NodeMessage, request?: RequestMessage): ResponseMessage {
  const message = {
    kind: 'response',
    status: response.statusCode ?? 0,
    fields: splitPseudo(response.rawHeaders).fields,
    trailers: response.rawTrailers ?? [],
  } as const
  return request ? { ...message, request } : message
}
