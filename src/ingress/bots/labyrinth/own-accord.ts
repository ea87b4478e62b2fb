/**
 * Whether somebody went somewhere, or was taken there by a browser that looks ahead or by another site.
 * @module
 */
import type { RequestFacts } from '../../../http/facts.ts'

/** Of a page that is looked at; programs that run no browser say `empty` or nothing. */
const DESTINATIONS: ReadonlySet<string> = new Set(['document', 'empty'])

/**
 * False for prefetches (`Sec-Purpose`, and the fields that browsers had before it), for what a page of another site
 * has linked or embedded, and for embedded content of any site: these say nothing of who is asking. Programs can
 * send such fields too, and are then not counted; what else they send still counts.
 */
export function isOwnAccord({ method, headers }: RequestFacts): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false
  if (headers.get('sec-purpose') !== undefined || headers.get('purpose') !== undefined) return false
  if (headers.get('x-moz') !== undefined || headers.get('x-purpose') !== undefined) return false
  const site = headers.get('sec-fetch-site')
  if (site === 'cross-site' || site === 'same-site') return false
  const destination = headers.get('sec-fetch-dest')
  return destination === undefined || DESTINATIONS.has(destination)
}
