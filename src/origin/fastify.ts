/**
 * `sallyport/origin/fastify`: the verifier as a Fastify 5 plugin.
 *
 * ```js
 * await app.register(sallyport, { keys: process.env.SALLYPORT_KEYS })
 * ```
 *
 * It guards every route of the instance it is registered on, found or not. Fastify chooses the route before
 * any hook runs: host constraints see the origin's own host.
 * @module
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { admit } from './incoming.ts'
import { toVerifier } from './node.ts'
import type { Admitted, Outcome } from './outcome.ts'
import { formatProblem } from './problem.ts'
import type { Verifier, VerifierOptions } from './verifier.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What the edge signed of this request. Set behind the `sallyport` plugin. */
    sallyport: Admitted
  }
}

/** The verifier's options, or `verifier` with one made before. */
export type SallyportPluginOptions = VerifierOptions | { readonly verifier: Verifier }

/** Own properties, so that Fastify's getters — which read the socket — are not asked. */
function restore(request: FastifyRequest, admitted: Admitted): void {
  Object.defineProperty(request, 'sallyport', { value: admitted })
  if (!admitted.signed) return
  const { ip, host, scheme } = admitted.client
  const facts = { ip, ips: [ip], host, protocol: scheme }
  for (const [name, value] of Object.entries(facts)) Object.defineProperty(request, name, { value })
}

function refuse(reply: FastifyReply, outcome: Outcome & { readonly ok: false }): void {
  const { status, headers, body } = formatProblem(outcome)
  // The body of a refused request is never read: what may follow it on the connection is not to be trusted.
  void reply.code(status).headers(headers).header('connection', 'close').send(body)
}

function plugin(app: FastifyInstance, options: SallyportPluginOptions, done: (error?: Error) => void): void {
  let verifier: Verifier
  try {
    verifier = toVerifier('verifier' in options ? options.verifier : options)
  } catch (error) {
    done(error instanceof Error ? error : new Error('sallyport: bad options'))
    return
  }
  const unverified: Admitted = { ok: true, signed: false }
  app.decorateRequest('sallyport', { getter: () => unverified })
  app.addHook('onRequest', (request, reply, next) => {
    const proceed = (outcome: Outcome): void => {
      if (!outcome.ok) {
        refuse(reply, outcome)
        return
      }
      restore(request, outcome)
      next()
    }
    const outcome = admit(request.raw, verifier)
    if (outcome instanceof Promise) void outcome.then(proceed)
    else proceed(outcome)
  })
  done()
}

/**
 * Not encapsulated (`skip-override`): hooks must hold for the routes beside the plugin, which is what it is
 * registered for.
 */
export const sallyport: typeof plugin = Object.assign(plugin, {
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: 'sallyport',
})
