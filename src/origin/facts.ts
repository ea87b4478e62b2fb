/**
 * Signed facts as plain header fields, as load balancers pass them to an application.
 * @module
 */
import type { Accepted } from '../signature/verify.ts'
import { formatForwarded } from './restore.ts'

/** Facts that an operator may ask for. */
export const FACTS = ['country', 'asn', 'colo', 'tls', 'protocol', 'policy', 'route', 'log', 'bot'] as const

export type Fact = (typeof FACTS)[number]

/** The field of each fact. Whatever a client sends under these names is taken away. */
export const FACT_FIELDS: Readonly<Record<Fact, string>> = {
  country: 'Sallyport-Country',
  asn: 'Sallyport-Asn',
  colo: 'Sallyport-Colo',
  tls: 'Sallyport-Tls',
  protocol: 'Sallyport-Protocol',
  policy: 'Sallyport-Policy',
  route: 'Sallyport-Route',
  log: 'Sallyport-Log',
  bot: 'Sallyport-Bot',
}

/** Fields that say who the client is: an application always gets them. `Host` is the load balancer's to set. */
export const IDENTITY_FIELDS = [
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'X-Forwarded-Proto',
  'X-Real-IP',
  'X-Request-ID',
  'Forwarded',
] as const

/** Percent-encoded as it was signed: an id may be any text, a field's value may not. */
function encodeId(id: string): string {
  return id.replace(/[^\x20\x21\x23\x24\x26-\x5b\x5d-\x7e]+/g, encodeURIComponent)
}

function readFact({ client, verdict }: Accepted, fact: Fact): string | undefined {
  if (fact === 'policy' || fact === 'route') return encodeId(verdict[fact])
  if (fact === 'log') return verdict.log.length === 0 ? undefined : verdict.log.map(encodeId).join(' ')
  const value = fact === 'bot' ? verdict.bot : client[fact]
  return value === undefined ? undefined : String(value)
}

/**
 * Names and values by turns. A fact that is not known has no field.
 * @param facts Those beside the identity fields.
 */
export function formatFacts(accepted: Accepted, facts: readonly Fact[]): string[] {
  const { ip, port, host, scheme } = accepted.client
  const fields = ['X-Forwarded-For', ip, 'X-Forwarded-Host', host, 'X-Forwarded-Proto', scheme]
  fields.push('X-Real-IP', ip, 'X-Request-ID', accepted.requestId)
  fields.push('Forwarded', formatForwarded(ip, port, host, scheme))
  for (const fact of facts) {
    const value = readFact(accepted, fact)
    if (value !== undefined) fields.push(FACT_FIELDS[fact], value)
  }
  return fields
}
