/**
 * Which structured type a field has. `sf` needs to know, as the text alone does not say: `a=1` is a
 * dictionary, and `a` is an item, a list and a dictionary.
 * @module
 */
import type { FieldType } from './structured-value.ts'

/** Lower-case field names and the types of their values. */
export type FieldTypes = Readonly<Record<string, FieldType>>

/** Fields whose specifications define them as structured fields (RFC 9110 fields are none). */
const KNOWN: FieldTypes = {
  'accept-ch': 'list',
  'accept-query': 'list',
  'accept-signature': 'dictionary',
  'cache-status': 'list',
  'capsule-protocol': 'item',
  'cdn-cache-control': 'dictionary',
  'client-cert': 'item',
  'client-cert-chain': 'list',
  'content-digest': 'dictionary',
  'cross-origin-embedder-policy': 'item',
  'cross-origin-embedder-policy-report-only': 'item',
  'cross-origin-opener-policy': 'item',
  'cross-origin-opener-policy-report-only': 'item',
  'origin-agent-cluster': 'item',
  'permissions-policy': 'dictionary',
  priority: 'dictionary',
  'proxy-status': 'list',
  'reporting-endpoints': 'dictionary',
  'repr-digest': 'dictionary',
  'sallyport-client': 'dictionary',
  'sallyport-request-id': 'item',
  'sallyport-verdict': 'dictionary',
  signature: 'dictionary',
  'signature-input': 'dictionary',
  'want-content-digest': 'dictionary',
  'want-repr-digest': 'dictionary',
}

/** A map, as a field may be called `constructor`. The caller's types win. */
export function indexTypes(own: FieldTypes = {}): ReadonlyMap<string, FieldType> {
  const types = new Map(Object.entries(KNOWN))
  for (const [name, type] of Object.entries(own)) types.set(name.toLowerCase(), type)
  return types
}
