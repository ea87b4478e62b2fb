/**
 * From a `Request` to facts: the only place that looks at the runtime's request object.
 * @module
 */
import type { RequestFacts } from '../http/facts.ts'
import { type HeaderSource, scanHeaders } from '../http/headers.ts'
import { type Host, readHost } from '../http/host.ts'
import { readTarget } from '../http/target.ts'
import type { ClientSource, RequestProperties } from './client-facts.ts'

/** The part of `Request` that is read, so that the reading can be tested outside workerd. */
export interface IncomingRequest {
  readonly url: string
  readonly method: string
  readonly headers: HeaderSource
  readonly body: unknown
  readonly cf?: unknown
}

export function readRequest(request: IncomingRequest, readClient: ClientSource): RequestFacts {
  const { url } = request
  const headers = scanHeaders(request.headers)
  const scheme = url.startsWith('https:') ? 'https' : 'http'
  const authorityStart = scheme.length + 3
  const authorityEnd = endOfAuthority(url, authorityStart)
  const hostField = headers.get('host') ?? ''
  const host = readHost(hostField, scheme)
  const inUrl = url.slice(authorityStart, authorityEnd)
  // The runtime joins Host and target into the URL; where they do not come apart again (`OPTIONS *`, an
  // absolute target for another host), the target was not a path.
  const isPath = inUrl === hostField || sameAuthority(readHost(inUrl, scheme), host)
  const length = headers.get('content-length')
  const rawTarget = isPath ? url.slice(authorityEnd) : '*'
  return {
    method: request.method,
    scheme,
    host,
    target: readTarget(rawTarget),
    rawTarget,
    headers,
    client: readClient(headers, request.cf as RequestProperties | undefined),
    hasBody: hasBody(request, length, headers.get('transfer-encoding')),
  }
}

/** Looking at `body` makes the runtime wrap a stream, so a GET that announces no content is taken at its word. */
function hasBody(request: IncomingRequest, length: string | undefined, coding: string | undefined): boolean {
  const { method } = request
  if (length === undefined && coding === undefined && (method === 'GET' || method === 'HEAD')) return false
  return length !== '0' && request.body !== null
}

function sameAuthority(a: Host, b: Host): boolean {
  return a.authority === b.authority
}

function endOfAuthority(url: string, start: number): number {
  for (let i = start; i < url.length; i++) {
    const code = url.charCodeAt(i)
    if (code === 0x2f || code === 0x3f || code === 0x23) return i
  }
  return url.length
}
