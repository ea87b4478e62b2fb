/**
 * Our own endpoints below `/.sallyport/`.
 * @module
 */
import { Hono } from 'hono'
import { problemAnswer } from '../http/problem.ts'
import type { Runtime } from './runtime.ts'

export interface EndpointBindings {
  readonly runtime: Runtime
  readonly requestId: string
}

/** `GET /.sallyport/health`: what this isolate runs. Holds nothing that a stranger may not know. */
export function createEndpoints(): Hono<{ Bindings: EndpointBindings }> {
  const app = new Hono<{ Bindings: EndpointBindings }>({ strict: false })
  app.use(async (c, next) => {
    await next()
    c.header('cache-control', 'no-store')
    c.header('sallyport-request-id', c.env.requestId)
  })
  app.get('/.sallyport/health', (c) => {
    const { stages, keyid } = c.env.runtime
    return c.json({ status: 'ok', policy: stages.version, keyid, limits: stages.limiter.stats })
  })
  app.notFound((c) => {
    const answer = problemAnswer(
      {
        action: 'block',
        stage: 'route',
        rule: 'route.unknown-endpoint',
        reason: 'There is no such endpoint below /.sallyport/.',
        mode: 'enforce',
        status: 404,
      },
      c.env.requestId,
      c.req.header('accept'),
    )
    return new Response(answer.body, { status: answer.status, headers: answer.headers })
  })
  return app
}
