/**
 * Who sent a request, as Cloudflare's front line knows it.
 * @module
 */
import type { ClientFacts, EdgeProperties } from '../http/facts.ts'
import type { HeaderScan } from '../http/headers.ts'
import { parseAddress } from '../net/address.ts'

/** `request.cf`; what every request is asked for has a name here. */
export interface RequestProperties extends EdgeProperties {
  readonly country?: unknown
  readonly asn?: unknown
  readonly colo?: unknown
  readonly tlsVersion?: unknown
  readonly httpProtocol?: unknown
}

/** Makes client facts from a request's fields and properties: one way per kind of deployment. */
export type ClientSource = (headers: HeaderScan, properties: RequestProperties | undefined) => ClientFacts

/** On Cloudflare: `CF-Connecting-IP`, which the front line sets and a client cannot, and `request.cf`. */
export const readCloudflareClient: ClientSource = (headers, properties) => {
  const facts = clientFacts(headers.get('cf-connecting-ip'), properties ?? {})
  const ray = headers.get('cf-ray')
  return {
    ...facts,
    ...(ray === undefined ? {} : { ray: ray.split('-', 1)[0] ?? '' }),
    ...(properties === undefined ? {} : { edge: properties }),
  }
}

/** Codes of data centres; they name Durable Objects, of which there must not be more than there are centres. */
const IATA = /^[A-Z]{3}$/

/** Facts from an address and properties of unchecked types. */
export function clientFacts(ip: string | undefined, from: RequestProperties): ClientFacts {
  const { country, asn, colo, tlsVersion, httpProtocol } = from
  return {
    address: ip === undefined ? undefined : parseAddress(ip),
    ...(typeof country === 'string' ? { country } : {}),
    ...(typeof asn === 'number' ? { asn } : {}),
    ...(typeof colo === 'string' && IATA.test(colo) ? { colo } : {}),
    ...(typeof tlsVersion === 'string' ? { tls: tlsVersion } : {}),
    ...(typeof httpProtocol === 'string' ? { protocol: httpProtocol } : {}),
  }
}
