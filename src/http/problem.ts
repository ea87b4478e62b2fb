/**
 * The answer to a refused client: a problem document (RFC 9457), or a small page for people.
 * @module
 */
import type { Decision } from './decision.ts'

/** A response as plain data, so that the same answer serves workerd, Node and tests. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Authentication required',
  402: 'Payment required',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  408: 'Request timeout',
  413: 'Content too large',
  414: 'URI too long',
  421: 'Misdirected request',
  429: 'Too many requests',
  431: 'Request header fields too large',
  500: 'Internal error',
  501: 'Not implemented',
  502: 'Bad gateway',
  503: 'Service unavailable',
  504: 'Gateway timeout',
}

/** The title of a status code. */
export function titleOf(status: number): string {
  return TITLES[status] ?? (status < 500 ? 'Refused' : 'Server error')
}

/**
 * Makes the answer for a refusal. The page is for navigations: a client whose Accept lists `text/html` before
 * any JSON type. A decision may have content of its own instead. Nothing from the request is repeated in any form.
 */
export function problemAnswer(decision: Decision, requestId: string, accept: string | undefined): Answer {
  const { content } = decision
  const html = content === undefined && prefersHtml(accept)
  const headers: Record<string, string> = {
    ...decision.fields,
    'content-type': content?.type ?? (html ? 'text/html; charset=utf-8' : 'application/problem+json'),
    'cache-control': 'no-store',
    'sallyport-request-id': requestId,
    'x-content-type-options': 'nosniff',
  }
  if (html) {
    headers['content-security-policy'] =
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
  }
  if (decision.retryAfter !== undefined)
    headers['retry-after'] = String(Math.max(1, Math.ceil(decision.retryAfter)))
  if (decision.allow !== undefined) headers.allow = decision.allow.join(', ')
  if (decision.close === true) headers.connection = 'close'
  return {
    status: decision.status,
    headers,
    body: content?.body ?? (html ? page(decision, requestId) : json(decision, requestId)),
  }
}

/** True for an Accept field that lists `text/html` before any JSON type. */
export function prefersHtml(accept: string | undefined): boolean {
  if (accept === undefined) return false
  const html = accept.indexOf('text/html')
  if (html === -1) return false
  const other = accept.search(/application\/(?:problem\+)?json/)
  return other === -1 || html < other
}

/** A problem document up to its request id, and the decision it was made of. */
interface Opening {
  readonly decision: Decision
  readonly text: string
}

/** By rule. Floods are refused by few rules, so their documents are made once; decisions hold nothing of a request. */
const openings = new Map<string, Opening>()
const MAX_OPENINGS = 256

function json(decision: Decision, requestId: string): string {
  return `${openingOf(decision)}${JSON.stringify(requestId)}}\n`
}

function openingOf(decision: Decision): string {
  const known = openings.get(decision.rule)
  if (known !== undefined && saysTheSame(known.decision, decision)) return known.text
  const text = writeOpening(decision)
  if (openings.size >= MAX_OPENINGS) openings.clear()
  openings.set(decision.rule, { decision, text })
  return text
}

/** One rule may have several reasons, and a new policy may change them. */
function saysTheSame(a: Decision, b: Decision): boolean {
  return a.status === b.status && a.reason === b.reason && a.stage === b.stage && a.fix === b.fix
}

function writeOpening({ rule, status, reason, stage, fix }: Decision): string {
  const type = `urn:sallyport:rule:${rule}`
  const members = JSON.stringify({ type, title: titleOf(status), status, detail: reason, stage, rule, fix })
  return `${members.slice(0, -1)},"request_id":`
}

function page(decision: Decision, requestId: string): string {
  const title = escapeHtml(titleOf(decision.status))
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 12vh auto; padding: 0 1rem; color: #1b1f24; background: #fff }
  h1 { font-size: 1.4rem; margin: 0 0 .5rem }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; font-size: .875rem; color: #57606a }
  dd { margin: 0; font-family: ui-monospace, monospace; overflow-wrap: anywhere }
  @media (prefers-color-scheme: dark) { body { color: #e6edf3; background: #0d1117 } dl { color: #9198a1 } }
</style>
<main>
  <h1>${title}</h1>
  <p>${escapeHtml(decision.reason)}</p>
  <p>If you think this is a mistake, send the two lines below to the owner of this site.</p>
  <dl><dt>Request</dt><dd>${escapeHtml(requestId)}</dd><dt>Rule</dt><dd>${escapeHtml(decision.rule)}</dd></dl>
</main>
</html>
`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
}
