/**
 * What is known of a request: plain data, the same whether it came from workerd or from an access log.
 * @module
 */
import type { Address } from '../net/address.ts'
import type { HeaderScan } from './headers.ts'
import type { Host } from './host.ts'
import type { Target } from './target.ts'

/** Who sent the request, as the edge knows it. Never taken from a header that a client can set. */
export interface ClientFacts {
  /** `undefined` when the host could not tell; access lists then treat the address as on no list. */
  readonly address: Address | undefined
  /** ISO 3166-1 alpha-2, upper case, or Cloudflare's `T1` (Tor) and `XX` (unknown). */
  readonly country?: string
  /** Autonomous system number. */
  readonly asn?: number
  /** IATA code of the data centre that took the request. */
  readonly colo?: string
  /** For example `TLSv1.3`. */
  readonly tls?: string
  /** For example `HTTP/2`. */
  readonly protocol?: string
  /** Cloudflare's id of the request (the Ray ID), without the data centre. */
  readonly ray?: string
  /** All that Cloudflare says of the request; fields of the Rules language are read from it when asked for. */
  readonly edge?: EdgeProperties
}

/** `request.cf`: names as Cloudflare documents them, types unchecked. */
export type EdgeProperties = Readonly<Record<string, unknown>>

export interface RequestFacts {
  /** As received; methods are case-sensitive (RFC 9110 section 9.1). */
  readonly method: string
  readonly scheme: 'http' | 'https'
  readonly host: Host
  readonly target: Target
  /** The request-target as received: what `target` was read from. */
  readonly rawTarget: string
  readonly headers: HeaderScan
  readonly client: ClientFacts
  /** Whether the runtime says that a body follows. */
  readonly hasBody: boolean
}
