/**
 * Fields of the client: its address and where that is.
 * @module
 */
import { toBytes } from '../../lang/value.ts'
import { readBool, readBytes, readInt, readProperty } from './edge-properties.ts'
import { isInEuropeanUnion } from './european-union.ts'
import type { FieldEntry } from './field-entry.ts'
import type { RuleFacts } from './rule-facts.ts'

export const CLIENT_FIELDS: readonly FieldEntry[] = [
  ['ip.src', 'Ip', ({ request }) => request.client.address],
  ['ip.src.asnum', 'Int', ({ request }) => request.client.asn],
  ['ip.src.country', 'Bytes', ({ request }) => bytesOf(request.client.country)],
  ['ip.src.continent', 'Bytes', (facts) => readBytes(facts, 'continent')],
  ['ip.src.city', 'Bytes', (facts) => readBytes(facts, 'city')],
  ['ip.src.region', 'Bytes', (facts) => readBytes(facts, 'region')],
  ['ip.src.region_code', 'Bytes', (facts) => readBytes(facts, 'regionCode')],
  ['ip.src.subdivision_1_iso_code', 'Bytes', readSubdivision],
  ['ip.src.metro_code', 'Bytes', (facts) => readBytes(facts, 'metroCode')],
  ['ip.src.postal_code', 'Bytes', (facts) => readBytes(facts, 'postalCode')],
  ['ip.src.lat', 'Bytes', (facts) => readBytes(facts, 'latitude')],
  ['ip.src.lon', 'Bytes', (facts) => readBytes(facts, 'longitude')],
  ['ip.src.timezone.name', 'Bytes', (facts) => readBytes(facts, 'timezone')],
  ['ip.src.is_in_european_union', 'Bool', readEuropeanUnion],
  ['cf.edge.client_tcp', 'Bool', readTcp],
  ['cf.edge.l4.delivery_rate', 'Int', (facts) => readInt(facts, 'edgeL4', 'deliveryRate')],
  ['cf.timings.client_tcp_rtt_msec', 'Int', (facts) => readInt(facts, 'clientTcpRtt')],
  ['cf.timings.client_quic_rtt_msec', 'Int', (facts) => readInt(facts, 'clientQuicRtt')],
  ['cf.ray_id', 'Bytes', ({ request }) => bytesOf(request.client.ray)],
  ['cf.random_seed', 'Bytes', ({ drawSeed }) => drawSeed?.()],
  ['cf.hostname.metadata', 'Bytes', readMetadata],
]

const bytesOf = (text: string | undefined): string | undefined => text && toBytes(text)

/** ISO 3166-2: `GB-ENG`. Empty when the country is known and the region is not, as at Cloudflare. */
function readSubdivision(facts: RuleFacts): string | undefined {
  const { country } = facts.request.client
  const region = readBytes(facts, 'regionCode')
  if (country === undefined || facts.request.client.edge === undefined) return undefined
  return region === undefined || region === '' ? '' : `${country}-${region}`
}

/** `isEUCountry` is there for countries of the Union only; a log has no more than the country. */
function readEuropeanUnion(facts: RuleFacts): boolean | undefined {
  const { country } = facts.request.client
  if (country === undefined) return undefined
  return readBool(facts, 'isEUCountry') ?? isInEuropeanUnion(country)
}

/** HTTP/3 alone runs over QUIC (RFC 9114 section 1). */
function readTcp({ request }: RuleFacts): boolean | undefined {
  const { protocol } = request.client
  return protocol === undefined ? undefined : protocol !== 'HTTP/3'
}

function readMetadata(facts: RuleFacts): string | undefined {
  const metadata = readProperty(facts, 'hostMetadata')
  return metadata === undefined ? undefined : toBytes(JSON.stringify(metadata))
}
