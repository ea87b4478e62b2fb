/**
 * From a request as it is described to the facts that the edge would have of it.
 * @module
 */
import type { ClientFacts, RequestFacts } from '../../http/facts.ts'
import { scanHeaderPairs } from '../../http/headers.ts'
import { readHost } from '../../http/host.ts'
import { readTarget } from '../../http/target.ts'
import { parseAddress } from '../../net/address.ts'
import type { RequestExample } from '../../policy/test-case.ts'

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

/**
 * A `Host` among the headers goes before that of the URL, as on the wire. Content follows when the headers
 * announce some.
 * @param host Of requests that are only a path.
 */
export function toExampleFacts(example: RequestExample, host: string): RequestFacts {
  const { scheme, authority, target } = splitUrl(example.url, host)
  const named = example.headers.some(([name]) => name.toLowerCase() === 'host')
  const headers = scanHeaderPairs(named ? example.headers : [['host', authority], ...example.headers])
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
