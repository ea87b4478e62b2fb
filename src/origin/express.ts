/**
 * `sallyport/origin/express`: the verifier as Express 5 middleware. Install it first.
 *
 * ```js
 * app.use(sallyport({ keys: process.env.SALLYPORT_KEYS }))
 * ```
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { admit } from './incoming.ts'
import { type DoorOptions, sendProblem, toVerifier } from './node.ts'
import type { Admitted, Outcome } from './outcome.ts'
import { stripPort } from './restore.ts'

declare global {
  // The name that @types/express gives for others to add to; no code comes of it.
  namespace Express {
    interface Request {
      /** What the edge signed of this request. Set behind the `sallyport` middleware. */
      sallyport: Admitted
    }
  }
}

type ExpressRequest = IncomingMessage & { readonly originalUrl?: string }

/** Own properties, so that Express's getters — which trust sockets and `trust proxy` — are not asked. */
function restore(request: ExpressRequest, admitted: Admitted): void {
  const facts: Record<string, unknown> = { sallyport: admitted }
  if (admitted.signed) {
    const { ip, host, scheme } = admitted.client
    facts.ip = ip
    facts.ips = []
    facts.host = host
    facts.hostname = stripPort(host)
    facts.protocol = scheme
    facts.secure = scheme === 'https'
  }
  for (const [name, value] of Object.entries(facts)) {
    Object.defineProperty(request, name, { value, enumerable: true, configurable: true, writable: true })
  }
}

/**
 * Refused requests are answered here and go no further. The signature is checked against `originalUrl`, so
 * the middleware may sit in a mounted router.
 * @throws TypeError or RangeError at once when an option is wrong.
 */
export function sallyport(
  options: DoorOptions,
): (request: ExpressRequest, response: ServerResponse, next: (error?: unknown) => void) => void {
  const verifier = toVerifier(options)
  return function verifySallyport(request, response, next) {
    const proceed = (outcome: Outcome): void => {
      if (!outcome.ok) {
        sendProblem(request, response, outcome)
        return
      }
      restore(request, outcome)
      next()
    }
    const outcome = admit(request, verifier, request.originalUrl)
    if (outcome instanceof Promise) void outcome.then(proceed)
    else proceed(outcome)
  }
}
