/**
 * Signals of Sec-Fetch fields: https://www.w3.org/TR/fetch-metadata/.
 * @module
 */
import type { BrowserRequest } from './browser-request.ts'
import type { Check } from './evidence.ts'

/** Destinations of the Fetch standard that no navigation has. `empty` is not among them: downloads have it. */
const NO_DOCUMENT: ReadonlySet<string> = new Set([
  'audio',
  'audioworklet',
  'font',
  'image',
  'json',
  'manifest',
  'paintworklet',
  'report',
  'script',
  'serviceworker',
  'sharedworker',
  'style',
  'track',
  'video',
  'webidentity',
  'worker',
  'xslt',
])
/** Sec-Fetch-Dest came with Chromium 80. */
const DEST_SENT = 80

function isMissing({ fetch, modern, trustworthy, embedded, websocket, report }: BrowserRequest): boolean {
  const { site, mode, dest } = fetch
  if (site !== undefined || mode !== undefined || dest !== undefined) return false
  return modern && trustworthy && !embedded && !websocket && !report
}

function isIncomplete({ fetch, agent, websocket }: BrowserRequest): boolean {
  const { site, mode, dest } = fetch
  const missing = Number(site === undefined) + Number(mode === undefined) + Number(dest === undefined)
  if (missing === 0 || missing === 3 || websocket) return false
  return agent.engine !== 'blink' || agent.level >= DEST_SENT
}

function isContradictory({ fetch, facts, prefetch }: BrowserRequest): boolean {
  const { mode, dest, user } = fetch
  if (prefetch || mode === undefined) return false
  if (mode !== 'navigate') return dest === 'document' || user !== undefined
  if (user !== undefined && user !== '?1') return true
  // Links and forms know no other methods (HTML standard, section 4.10.18.6).
  if (facts.method !== 'GET' && facts.method !== 'POST' && facts.method !== 'HEAD') return true
  return dest !== undefined && NO_DOCUMENT.has(dest)
}

/** The Referer of a same-origin request is of this origin, or is not there (Referrer Policy, section 8.4). */
function hasForeignReferer({ fetch, facts }: BrowserRequest): boolean {
  const referer = facts.headers.get('referer')
  const { authority, trailingDot } = facts.host
  if (fetch.site !== 'same-origin' || referer === undefined || authority === '' || trailingDot) return false
  const origin = `${facts.scheme}://${authority}`
  if (!referer.startsWith(origin)) return true
  const next = referer.charAt(origin.length)
  return next !== '/' && next !== ''
}

export const FETCH_METADATA_CHECKS: readonly Check<BrowserRequest>[] = [
  { id: 'fetch-missing', holds: isMissing },
  { id: 'fetch-incomplete', holds: isIncomplete },
  { id: 'fetch-contradictory', holds: isContradictory },
  { id: 'fetch-referer', holds: hasForeignReferer },
]
