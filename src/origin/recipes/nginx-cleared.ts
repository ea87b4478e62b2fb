/**
 * The fields that nginx takes away by name. It cannot take away a family by its beginning, so the members that
 * clients and gateways are known to send are listed; whoever verifies refuses a request with any other member.
 * The edge lets none of a client's through, and what stands between the edge and here sends listed ones only.
 * @module
 */
import { FACT_FIELDS } from '../facts.ts'
import { FAMILIES } from '../restore.ts'
import { IDENTITY_NAMES } from './identity-names.ts'

const FORWARDED_MEMBERS =
  'Access-Token By Client-Cert Email For Groups Host Method Path Port Prefix Preferred-Username Proto Protocol ' +
  'Scheme Server Ssl Tls-Client-Cert Tls-Client-Cert-Info Uri User'

const ORIGINAL_MEMBERS =
  'Forwarded-For Forwarded-Host Forwarded-Proto Host Ip Method Proto Remote-Addr Uri Url'

function join(beginning: string, members: string): string[] {
  return members.split(' ').map((member) => `${beginning}-${member}`)
}

/** Members of the families in `restore.ts`. Cloudflare adds the `CF-` ones behind a Worker. */
const FAMILY_MEMBERS: readonly string[] = [
  ...join('CF', 'Connecting-IP Connecting-IPv6 Connecting-O2O'),
  ...join('CF', 'IPCity IPContinent IPCountry IPLatitude IPLongitude'),
  ...join('Sallyport', 'Body Client JWT Request-Id Verdict'),
  ...join('Sallyport-Door', 'Connection Framing Host Method Target'),
  ...Object.values(FACT_FIELDS),
  'Signature',
  ...join('Signature', 'Agent Input Key'),
  'X-Forwarded',
  ...join('X-Forwarded', FORWARDED_MEMBERS),
  ...join('X-Original', ORIGINAL_MEMBERS),
  ...join('X-Rewrite', 'Uri Url'),
]

/** Every field to take away, each once, in alphabetical order. */
export const CLEARED_FIELDS: readonly string[] = [...IDENTITY_NAMES, ...FAMILY_MEMBERS].toSorted()

const CLEARED: ReadonlySet<string> = new Set(CLEARED_FIELDS.map((name) => name.toLowerCase()))

/** True for a field (lower-case name) that claims an identity and that nginx would let through to the application. */
export function isUncleared(lower: string): boolean {
  return FAMILIES.some((family) => lower.startsWith(family)) && !CLEARED.has(lower)
}
