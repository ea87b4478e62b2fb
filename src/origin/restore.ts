/**
 * Turns the signed facts back into the fields applications know, and takes away every field that claims
 * such a fact without having been signed.
 * @module
 */
import { parseBodyPlan } from '../signature/body-chain.ts'
import type { Admitted } from './outcome.ts'

/** Fields that claim an identity. Exact names; `_` and `.` count as `-`, because gateway interfaces make them one (RFC 3875 section 4.1.18). */
export const IDENTITY: ReadonlySet<string> = new Set([
  'forwarded',
  'x-real-ip',
  'x-request-id',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-envoy-external-address',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'true-client-ip',
  'fastly-client-ip',
  'client-ip',
  'cluster-client-ip',
  'do-connecting-ip',
  'fly-client-ip',
  'forwarded-for',
  'front-end-https',
  'remote-addr',
  'wl-proxy-client-ip',
  'x-appengine-user-ip',
  'x-azure-clientip',
  'x-azure-socketip',
  'x-forward-for',
  'x-host',
  'x-originating-ip',
  'x-proxyuser-ip',
  'x-remote-addr',
  'x-remote-ip',
  'x-scheme',
  'x-url-scheme',
])

/** Beginnings of the names of more such fields. */
export const FAMILIES: readonly string[] = [
  'signature',
  'sallyport-',
  'x-forwarded',
  'x-original-',
  'x-rewrite-',
  'cf-connecting-',
  'cf-ip',
]

/** True for a field, its name in lower case, that nobody but the verifier may set. */
export function claimsIdentity(lower: string): boolean {
  const squashed = /[^a-z0-9-]/.test(lower) ? lower.replace(/[^a-z0-9]/g, '-') : lower
  return IDENTITY.has(squashed) || FAMILIES.some((family) => squashed.startsWith(family))
}

/** RFC 7239 section 6: addresses with a port or colons are quoted, IPv6 in brackets. */
export function formatForwarded(ip: string, port: number | undefined, host: string, proto: string): string {
  const node = ip.includes(':') ? `[${ip}]` : ip
  const client = port === undefined ? node : `${node}:${port}`
  const quoted = client.includes(':') ? `"${client}"` : client
  return `for=${quoted};host="${host}";proto=${proto}`
}

/**
 * The raw fields of an admitted request as the application may see them: names and values by turns. Host is
 * the public one, the client's address replaces every forwarding field. Of an unsigned request only the
 * identity fields go.
 */
export function restoreFields(fields: readonly string[], admitted: Admitted): string[] {
  const kept: string[] = []
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] ?? ''
    const lower = name.toLowerCase()
    if (claimsIdentity(lower) || (admitted.signed && lower === 'host')) continue
    kept.push(name, fields[i + 1] ?? '')
  }
  if (!admitted.signed) return kept
  if (admitted.body !== undefined) restoreFraming(kept, admitted.body)
  const { ip, port, host, scheme } = admitted.client
  kept.unshift('Host', host)
  kept.push('X-Forwarded-For', ip, 'X-Forwarded-Host', host, 'X-Forwarded-Proto', scheme, 'X-Real-IP', ip)
  kept.push('X-Request-ID', admitted.requestId, 'Forwarded', formatForwarded(ip, port, host, scheme))
  return kept
}

/** Says how long the plain body is, whose chunks whoever reads it unwraps: the framing that came was theirs. */
function restoreFraming(fields: string[], body: string): void {
  for (let i = fields.length - 2; i >= 0; i -= 2) {
    const lower = fields[i]?.toLowerCase()
    if (lower === 'content-length' || lower === 'transfer-encoding') fields.splice(i, 2)
  }
  const length = parseBodyPlan(body)?.length
  if (length === undefined) fields.push('Transfer-Encoding', 'chunked')
  else fields.push('Content-Length', String(length))
}

/** The host without its port: what frameworks call `hostname`. */
export function stripPort(host: string): string {
  const end = host.startsWith('[') ? host.indexOf(']') + 1 : host.indexOf(':')
  return end > 0 ? host.slice(0, end) : host
}
