/**
 * `sallyport/origin/koa`: the verifier as Koa 3 middleware. Install it first.
 *
 * ```js
 * app.use(sallyport({ keys: process.env.SALLYPORT_KEYS }))
 * ```
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type {} from 'koa'
import { admit } from './incoming.ts'
import { type DoorOptions, sendProblem, toVerifier } from './node.ts'
import type { Admitted } from './outcome.ts'
import { stripPort } from './restore.ts'

declare module 'koa' {
  interface DefaultContext {
    /** What the edge signed of this request. Set behind the `sallyport` middleware. */
    sallyport: Admitted
  }
}

/** The parts of Koa's `Context` that are used. */
interface KoaContext {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  readonly originalUrl: string
  readonly request: object
  respond?: boolean | undefined
}

/** Own properties, so that Koa's getters, which read the socket and `app.proxy`, are not asked. */
function restore(context: KoaContext, admitted: Admitted): void {
  Object.defineProperty(context, 'sallyport', { value: admitted, enumerable: true })
  if (!admitted.signed) return
  const { ip, host, scheme } = admitted.client
  const facts = {
    ip,
    ips: [],
    host,
    hostname: stripPort(host),
    protocol: scheme,
    secure: scheme === 'https',
  }
  for (const [name, value] of Object.entries(facts)) {
    Object.defineProperty(context.request, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
}

/**
 * Refused requests are answered here and go no further. The signature is checked against `originalUrl`, so the
 * middleware may be mounted below a path.
 * @throws TypeError or RangeError at once when an option is wrong.
 */
export function sallyport(
  options: DoorOptions,
): (context: KoaContext, next: () => Promise<unknown>) => Promise<void> {
  const verifier = toVerifier(options)
  return async function verifySallyport(context, next) {
    const outcome = await admit(context.req, verifier, context.originalUrl)
    if (!outcome.ok) {
      // Answered past Koa: middleware above this one must not dress the answer up.
      context.respond = false
      sendProblem(context.req, context.res, outcome)
      return
    }
    restore(context, outcome)
    await next()
  }
}
