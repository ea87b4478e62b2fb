/**
 * `sallyport/origin/hono`: the verifier as Hono middleware, on `@hono/node-server`. Install it first.
 *
 * ```js
 * app.use(sallyport({ keys: process.env.SALLYPORT_KEYS }))
 * ```
 *
 * Hono's own request is a normalised copy; the signature is checked against Node's raw one beneath it.
 * @module
 */
import type { IncomingMessage } from 'node:http'
import type {} from 'hono'
import { recallBody } from './body.ts'
import { admit } from './incoming.ts'
import { type DoorOptions, toVerifier } from './node.ts'
import type { Admitted } from './outcome.ts'
import { formatProblem } from './problem.ts'
import { formatPublicUrl } from './public-url.ts'

declare module 'hono' {
  interface ContextVariableMap {
    /** What the edge signed of this request. Set behind the `sallyport` middleware. */
    sallyport: Admitted
  }
}

/** The parts of Hono's `Context` that are used. */
interface HonoContext {
  readonly env: unknown
  readonly req: { raw: Request }
  set(key: 'sallyport', value: Admitted): void
}

function findIncoming(env: unknown): IncomingMessage {
  const incoming = typeof env === 'object' && env !== null && 'incoming' in env ? env.incoming : undefined
  if (typeof incoming === 'object' && incoming !== null && 'rawHeaders' in incoming)
    return incoming as IncomingMessage
  throw new TypeError('sallyport needs Node’s own request: serve the app with serve() from @hono/node-server')
}

/** The request as the client made it: public URL, restored headers, same body and signal. */
function rebuild(old: Request, incoming: IncomingMessage, admitted: Admitted): Request {
  const headers = new Headers()
  for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
    headers.append(incoming.rawHeaders[i] ?? '', incoming.rawHeaders[i + 1] ?? '')
  }
  const url = formatPublicUrl(admitted, incoming.url ?? '', old.url)
  const init = { method: old.method, headers, signal: old.signal }
  if (old.method === 'GET' || old.method === 'HEAD') return new Request(url, init)
  const body = recallBody(incoming)
  if (body) return new Request(url, { ...init, body: new Uint8Array(body) })
  return new Request(url, { ...init, body: old.body, duplex: 'half' })
}

/**
 * Refused requests are answered here and go no further. `c.var.sallyport` says what was signed; `c.req`
 * shows the public URL and the restored headers.
 * @throws TypeError or RangeError at once when an option is wrong.
 */
export function sallyport(
  options: DoorOptions,
): (context: HonoContext, next: () => Promise<void>) => Promise<Response | undefined> {
  const verifier = toVerifier(options)
  return async function verifySallyport(context, next) {
    const incoming = findIncoming(context.env)
    const outcome = await admit(incoming, verifier)
    if (!outcome.ok) {
      const { status, headers, body } = formatProblem(outcome)
      return new Response(body, { status, headers: { ...headers, connection: 'close' } })
    }
    context.set('sallyport', outcome)
    const old = context.req.raw
    replaceRaw(context.req, () => rebuild(old, incoming, outcome))
    await next()
    return undefined
  }
}

/** Built on first use: many handlers answer without looking at the request again. */
function replaceRaw(request: { raw: Request }, build: () => Request): void {
  let built: Request | undefined
  Object.defineProperty(request, 'raw', {
    configurable: true,
    enumerable: true,
    get: () => (built ??= build()),
    set: (value: Request) => {
      built = value
    },
  })
}
