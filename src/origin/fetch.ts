/**
 * `sallyport/origin/fetch`: the verifier around a plain `fetch` handler: Next.js, Bun, Deno, and whatever else gives
 * a `Request` and wants a `Response`.
 *
 * ```js
 * Bun.serve({ fetch: guardFetch((request, sallyport) => new Response(`Hello ${sallyport.client.ip}`), { keys }) })
 * ```
 *
 * A `Request` has no raw target and no raw fields: what the runtime has joined or normalised must still be what was
 * signed, or it is refused. Targets that the edge signs come through unchanged, as they are canonical.
 * @module
 */

import type { ChunkFault } from '../signature/body-unframe.ts'
import { type FetchedBody, readFetchedBody } from './fetch-body.ts'
import { unwrapStream } from './fetched-chunks.ts'
import { type DoorOptions, toVerifier } from './node.ts'
import type { Admitted, Verified } from './outcome.ts'
import { formatProblem } from './problem.ts'
import { formatPublicUrl } from './public-url.ts'
import { restoreFields } from './restore.ts'
import { planUnframing } from './unframing.ts'
import type { Verifier } from './verifier.ts'

/** A runtime's own handler: `server` and the like are handed on. */
type Handler<Rest extends readonly unknown[]> = (
  request: Request,
  sallyport: Admitted,
  ...rest: Rest
) => Response | Promise<Response>

/** The target as it stands in the URL: a new `URL` would write it anew. */
function readTarget(url: string): string {
  const path = url.indexOf('/', url.indexOf('://') + 3)
  const end = url.indexOf('#')
  return path < 0 ? '/' : url.slice(path, end < 0 ? undefined : end)
}

function readFields(headers: Headers): string[] {
  const fields: string[] = []
  for (const [name, value] of headers) fields.push(name, value)
  return fields
}

function rebuild(
  request: Request,
  fields: readonly string[],
  admitted: Admitted,
  body: FetchedBody,
): Request {
  const headers = new Headers()
  const restored = restoreFields(fields, admitted)
  for (let i = 0; i < restored.length; i += 2) headers.append(restored[i] ?? '', restored[i + 1] ?? '')
  const { method, signal } = request
  const url = formatPublicUrl(admitted, readTarget(request.url), request.url)
  if (method === 'GET' || method === 'HEAD' || body === null)
    return new Request(url, { method, headers, signal })
  return new Request(url, { method, headers, signal, body, duplex: 'half' })
}

interface CheckedBody {
  /** What the verifier has recorded a failure of, or the request as it was. */
  readonly admitted: ReturnType<Verifier['checkBody']>
  readonly body: FetchedBody
}

/** Each chunk is checked when it is read: what fails then fails the stream. */
function unwrapBody(request: Request, verifier: Verifier, verified: Verified): CheckedBody {
  const open = planUnframing(verified, verifier, request.headers.get('content-length') ?? undefined)
  if (!open || request.body === null)
    return { admitted: verifier.refuseBody(verified, open ? 'body-lost' : 'body-chunks'), body: null }
  // The application has no use for the bytes of the signature, nor has its log.
  const { signature: _, ...admitted } = verified
  const onFault = (fault: ChunkFault): unknown => verifier.refuseBody(verified, fault)
  return { admitted, body: unwrapStream(request.body, open, onFault) }
}

/** The body, compared with what was signed where that covers it. */
async function checkBody(request: Request, verifier: Verifier, verified: Verified): Promise<CheckedBody> {
  if (verified.body !== undefined) return unwrapBody(request, verifier, verified)
  const body = await readFetchedBody(request, verifier.maxDigestBody)
  const admitted = verifier.checkBody(verified, body)
  return { admitted, body: typeof body === 'string' ? null : body }
}

/**
 * Wraps a handler: it is called for admitted requests only, with the public URL and restored headers.
 * @throws TypeError or RangeError at once when an option is wrong.
 */
export function guardFetch<Rest extends readonly unknown[]>(
  handler: Handler<Rest>,
  options: DoorOptions,
): (request: Request, ...rest: Rest) => Promise<Response> {
  const verifier = toVerifier(options)
  return async function guarded(request, ...rest) {
    const fields = readFields(request.headers)
    const target = readTarget(request.url)
    const outcome = await verifier.verify({ method: request.method, target, fields })
    const isCovered =
      outcome.ok && outcome.signed && (outcome.contentDigest !== undefined || outcome.body !== undefined)
    const { admitted, body } = isCovered
      ? await checkBody(request, verifier, outcome)
      : { admitted: outcome, body: request.body }
    if (!admitted.ok) {
      const { status, headers, body: text } = formatProblem(admitted)
      return new Response(request.method === 'HEAD' ? null : text, { status, headers })
    }
    return handler(rebuild(request, fields, admitted, body), admitted, ...rest)
  }
}
