/**
 * One request of `node:http`, verified and put right in place: what all adapters share.
 * @module
 */
import type { IncomingMessage } from 'node:http'
import { readBody } from './body.ts'
import { type HeldBody, holdBody } from './body-chunks.ts'
import type { Admitted, Outcome, Refused, Verified } from './outcome.ts'
import { restoreFields } from './restore.ts'
import { planUnframing } from './unframing.ts'
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
    if (admitted.body !== undefined) {
      for (const name of FRAMING) if (kept.has(name)) headers[name] = distinct[name]?.[0]
    }
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

/** How long the plain body is: said anew where chunks are unwrapped. */
const FRAMING = ['content-length', 'transfer-encoding'] as const

async function compareBody(
  request: IncomingMessage,
  verifier: Verifier,
  verified: Verified,
): Promise<Verified | Refused> {
  const body = await readBody(request, verifier.maxDigestBody)
  return verifier.checkBody(verified, body)
}

function unwrapBody(
  request: IncomingMessage,
  verifier: Verifier,
  verified: Verified,
  held: HeldBody,
): Verified | Refused {
  const open = planUnframing(verified, verifier, request.headers['content-length'])
  if (!open) {
    held.pass()
    return verifier.refuseBody(verified, 'body-chunks')
  }
  let refused: Refused | undefined
  const isOpen = held.unwrap(open, (fault) => {
    refused = verifier.refuseBody(verified, fault)
  })
  if (!isOpen) return verifier.refuseBody(verified, 'body-lost')
  // The application has no use for the bytes of the signature, nor has its log.
  const { signature: _, ...rest } = verified
  return refused ?? rest
}

/** What Node keeps of names and values when a server has no `maxHeadersCount` of its own. */
const KEPT = 2000

/**
 * Whether Node may have dropped fields. Until Node 24 it does so without a word, and not the same ones from
 * `headers` as from `rawHeaders`: content that one of them frames would be nowhere announced.
 */
function isCut({ socket, rawHeaders }: IncomingMessage): boolean {
  const server: unknown = Reflect.get(Object(socket), 'server')
  const own: unknown = Reflect.get(Object(server), 'maxHeadersCount')
  const kept = typeof own === 'number' ? 2 * own : KEPT
  return kept > 0 && rawHeaders.length >= kept
}

function finish(request: IncomingMessage, outcome: Outcome): Outcome {
  if (outcome.ok) rewriteHeaders(request, outcome)
  return outcome
}

/**
 * Verifies a request by its raw target and raw fields and, when it is admitted, restores its headers. The
 * body stays readable, plain where it came in chunks. `target` is the raw request-target when a framework has
 * changed `request.url`. To be called in the turn that brought the request.
 */
export function admit(
  request: IncomingMessage,
  verifier: Verifier,
  target?: string,
): Outcome | Promise<Outcome> {
  const held = request.headers['sallyport-body'] === undefined ? undefined : holdBody(request)
  const outcome = verifier.verify({
    method: request.method ?? '',
    target: target ?? request.url ?? '',
    fields: request.rawHeaders,
    isCut: isCut(request),
  })
  if (outcome instanceof Promise)
    return outcome.then((settled) => admitBody(request, verifier, settled, held))
  return admitBody(request, verifier, outcome, held)
}

function admitBody(
  request: IncomingMessage,
  verifier: Verifier,
  outcome: Outcome,
  held: HeldBody | undefined,
): Outcome | Promise<Outcome> {
  if (outcome.ok && outcome.signed && outcome.body !== undefined) {
    const unwrapped = held && unwrapBody(request, verifier, outcome, held)
    return finish(request, unwrapped ?? verifier.refuseBody(outcome, 'body-chunks'))
  }
  held?.pass()
  if (outcome.ok && outcome.signed && outcome.contentDigest !== undefined) {
    return compareBody(request, verifier, outcome).then((checked) => finish(request, checked))
  }
  return finish(request, outcome)
}
