/**
 * From a request as it is described to the facts that the edge would have of it.
 * @module
 */
import type { ClientFacts, RequestFacts } from '../../http/facts.ts'
import { scanHeaderPairs } from '../../http/headers.ts'
import { readHost } from '../../http/host.ts'
import type { BodyFacts } from '../../http/rule-fields/rule-facts.ts'
import { readTarget } from '../../http/target.ts'
import { toBytes } from '../../lang/value.ts'
import { parseAddress } from '../../net/address.ts'
import type { RequestExample } from '../../policy/test-case.ts'

/** What browsers send without being told otherwise. */
const FORM = 'application/x-www-form-urlencoded'
/** Bytes that limits look at. */
const MAX_BODY = 65_536

interface SplitUrl {
  readonly scheme: 'http' | 'https'
  readonly authority: string
  readonly target: string
}

/** Nothing is normalised: how the edge reads dots and escapes is what a test may be about. */
function splitUrl(url: string, host: string): SplitUrl {
  const match = /^(https?):\/\/([^/?#]*)(.*)$/s.exec(url)
  if (!match) return { scheme: 'https', authority: host, target: url }
  const [, scheme, authority = '', rest = ''] = match
  const target = rest.startsWith('/') ? rest : `/${rest}`
  return { scheme: scheme === 'http' ? 'http' : 'https', authority, target }
}

function toClient({ ip, country, asn, colo, tls, http }: RequestExample): ClientFacts {
  return {
    address: ip === undefined ? undefined : parseAddress(ip),
    ...(country === undefined ? {} : { country }),
    ...(asn === undefined ? {} : { asn }),
    ...(colo === undefined ? {} : { colo }),
    ...(tls === undefined ? {} : { tls }),
    ...(http === undefined ? {} : { protocol: http }),
  }
}

/** The content as limits see it; `undefined` when the example has none. */
export function toExampleBody({ body }: RequestExample): BodyFacts | undefined {
  if (body === undefined) return undefined
  const bytes = toBytes(body)
  const raw = bytes.slice(0, MAX_BODY)
  return { raw, size: bytes.length, truncated: raw.length < bytes.length }
}

/** Fields that a client would add. */
function completeHeaders(example: RequestExample, authority: string): RequestExample['headers'] {
  const { headers, body } = example
  const has = (name: string): boolean => headers.some(([each]) => each.toLowerCase() === name)
  return [
    ...(has('host') ? [] : [['host', authority] as const]),
    ...(body === undefined || has('content-type') ? [] : [['content-type', FORM] as const]),
    ...(body === undefined || has('content-length')
      ? []
      : [['content-length', String(toBytes(body).length)] as const]),
    ...headers,
  ]
}

/**
 * A `Host` among the headers goes before that of the URL, as on the wire. Content follows when there is some, or
 * when the headers announce it.
 * @param host Of requests that are only a path.
 */
export function toExampleFacts(example: RequestExample, host: string): RequestFacts {
  const { scheme, authority, target } = splitUrl(example.url, host)
  const headers = scanHeaderPairs(completeHeaders(example, authority))
  const length = headers.get('content-length')
  return {
    method: example.method,
    scheme,
    host: readHost(headers.get('host') ?? '', scheme),
    target: readTarget(target),
    rawTarget: target,
    headers,
    client: toClient(example),
    hasBody: (length !== undefined && length !== '0') || headers.get('transfer-encoding') !== undefined,
  }
}
