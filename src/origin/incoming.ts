/**
 * One request of `node:http`, verified and put right in place: what all adapters share.
 * @module
 */
import type { IncomingMessage } from 'node:http'
import { readBody } from './body.ts'
import type { Admitted, Outcome, Refused, Verified } from './outcome.ts'
import { restoreFields } from './restore.ts'
import type { Verifier } from './verifier.ts'

/** Rewrites headers, raw headers and distinct headers alike, so that no reader sees what was not signed. */
function rewriteHeaders(request: IncomingMessage, admitted: Admitted): void {
  const raw = restoreFields(request.rawHeaders, admitted)
  // Without a prototype: a field may be called `constructor`.
  const distinct: NodeJS.Dict<string[]> = Object.create(null)
  const kept = new Set<string>()
  for (let i = 0; i < raw.length; i += 2) {
    const name = (raw[i] ?? '').toLowerCase()
    kept.add(name)
    const list = distinct[name]
    if (list) list.push(raw[i + 1] ?? '')
    else distinct[name] = [raw[i + 1] ?? '']
  }
  // Node joined the remaining fields by its own rules; only ours change, and they come once each.
  const { headers } = request
  for (const name of Object.keys(headers)) if (!kept.has(name)) delete headers[name]
  if (admitted.signed) {
    for (const name of RESTORED) headers[name] = distinct[name]?.[0]
  }
  request.rawHeaders = raw
  request.headersDistinct = distinct
}

const RESTORED = [
  'host',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'x-request-id',
  'forwarded',
] as const

async function compareBody(
  request: IncomingMessage,
  verifier: Verifier,
  verified: Verified,
): Promise<Verified | Refused> {
  const body = await readBody(request, verifier.maxDigestBody)
  return verifier.checkBody(verified, body)
}

function finish(request: IncomingMessage, outcome: Outcome): Outcome {
  if (outcome.ok) rewriteHeaders(request, outcome)
  return outcome
}

/**
 * Verifies a request by its raw target and raw fields and, when it is admitted, restores its headers. The
 * body stays readable. `target` is the raw request-target when a framework has changed `request.url`.
 */
export function admit(
  request: IncomingMessage,
  verifier: Verifier,
  target?: string,
): Outcome | Promise<Outcome> {
  const outcome = verifier.verify({
    method: request.method ?? '',
    target: target ?? request.url ?? '',
    fields: request.rawHeaders,
  })
  if (outcome instanceof Promise) return outcome.then((settled) => admitBody(request, verifier, settled))
  return admitBody(request, verifier, outcome)
}

function admitBody(
  request: IncomingMessage,
  verifier: Verifier,
  outcome: Outcome,
): Outcome | Promise<Outcome> {
  if (outcome.ok && outcome.signed && outcome.contentDigest !== undefined) {
    return compareBody(request, verifier, outcome).then((checked) => finish(request, checked))
  }
  return finish(request, outcome)
}
