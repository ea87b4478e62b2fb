/**
 * Signals of the content that a client asks for and sends.
 * @module
 */
import type { BrowserRequest } from './browser-request.ts'
import type { Check } from './evidence.ts'

/** How much of a field is looked at; browsers' are a fifth of it. */
const MAX_FIELD = 1024
const ANY_LANGUAGE = /^ *\*/
const BROTLI = /(?:^|[ ,])br(?:$|[ ,;])/i
/** Destinations whose content browsers ask for as it is. */
const MEDIA: ReadonlySet<string> = new Set(['audio', 'video', 'track'])

function isNavigationForOther({ accept, fetch, facts, page, prefetch }: BrowserRequest): boolean {
  if (accept === undefined || prefetch || fetch.dest === 'object' || fetch.dest === 'embed') return false
  const shows = fetch.mode === undefined ? facts.headers.get('upgrade-insecure-requests') === '1' : page
  return shows && !accept.slice(0, MAX_FIELD).includes('text/html')
}

function isPoorlyEncoded(request: BrowserRequest): boolean {
  const { modern, agent, facts, edge, fetch } = request
  if (edge.encodings === undefined || !modern || agent.host === 'device' || edge.corporateProxy) return false
  if (facts.scheme !== 'https' || request.websocket || request.report || MEDIA.has(fetch.dest ?? ''))
    return false
  // A range of an encoded text is of no use, so browsers ask for it as it is (Fetch standard, section 4.6).
  if (facts.headers.get('range') !== undefined) return false
  return !BROTLI.test(edge.encodings)
}

function isPostWithoutOrigin({ facts, modern, embedded, agent, report }: BrowserRequest): boolean {
  if (facts.method !== 'POST' || !modern || embedded || report) return false
  if (agent.engine === 'blink' && agent.level < 90) return false
  return facts.headers.get('origin') === undefined
}

export const CONTENT_CHECKS: readonly Check<BrowserRequest>[] = [
  { id: 'accept-navigation', holds: isNavigationForOther },
  {
    id: 'accept-missing',
    holds: ({ accept, websocket, report, download }) =>
      accept === undefined && !websocket && !report && !download,
  },
  { id: 'language-any', holds: ({ language }) => language !== undefined && ANY_LANGUAGE.test(language) },
  {
    id: 'language-missing',
    holds: ({ language, websocket, report }) => language === undefined && !websocket && !report,
  },
  { id: 'encoding-poor', holds: isPoorlyEncoded },
  { id: 'origin-missing', holds: isPostWithoutOrigin },
]
