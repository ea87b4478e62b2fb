/**
 * Turns a logged request into the facts that the edge would have had.
 * @module
 */
import type { ClientFacts, RequestFacts } from '../../http/facts.ts'
import { scanHeaderPairs } from '../../http/headers.ts'
import { readHost } from '../../http/host.ts'
import { readTarget } from '../../http/target.ts'
import { parseAddress } from '../../net/address.ts'
import type { LogRequest } from './log-request.ts'

/** What stands in for fields that the log does not have. */
export interface MissingFields {
  readonly host: string
  readonly scheme: 'http' | 'https'
}

/** Methods whose requests carry content as a rule. Logs do not say whether one did. */
const WITH_CONTENT: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'QUERY'])

export function toFacts(request: LogRequest, missing: MissingFields): RequestFacts {
  const scheme = request.scheme ?? missing.scheme
  return {
    method: request.method,
    scheme,
    host: readHost(request.host ?? missing.host, scheme),
    target: readTarget(request.target),
    rawTarget: request.target,
    headers: scanHeaderPairs(withContentLength(request)),
    client: readClient(request),
    hasBody: WITH_CONTENT.has(request.method),
  }
}

/** The size of the whole request stands in for the content's: too high by the header section. */
function withContentLength({ headers, method, requestBytes }: LogRequest): LogRequest['headers'] {
  if (requestBytes === undefined || !WITH_CONTENT.has(method)) return headers
  const framed = headers.some(([name]) => name === 'content-length' || name === 'transfer-encoding')
  return framed ? headers : [...headers, ['content-length', String(requestBytes)]]
}

function readClient({ client, country, asn, colo, tls, protocol }: LogRequest): ClientFacts {
  return {
    address: parseAddress(client),
    protocol,
    ...(country === undefined ? {} : { country }),
    ...(asn === undefined ? {} : { asn }),
    ...(colo === undefined ? {} : { colo }),
    ...(tls === undefined ? {} : { tls }),
  }
}
