/**
 * Our own endpoints below `/.sallyport/`.
 * @module
 */
import { Hono } from 'hono'
import { problemAnswer } from '../http/problem.ts'
import type { DeliveryReport } from './delivery-report.ts'
import { formatMetrics, METRICS_TYPE } from './metrics.ts'
import { createOperatorApi, type OperatorBindings } from './operator-api.ts'
import type { Runtime } from './runtime.ts'

export interface EndpointBindings extends OperatorBindings {
  readonly runtime: Runtime
  readonly delivery: () => DeliveryReport
}

/**
 * `GET /.sallyport/health` and `GET /.sallyport/metrics`: what this isolate runs, and its sums. Nothing here
 * is secret; who should not see it can be kept out with a guard in `rules/access.yaml`. Below
 * `/.sallyport/api/` is what operators need a token for.
 */
export function createEndpoints(): Hono<{ Bindings: EndpointBindings }> {
  const app = new Hono<{ Bindings: EndpointBindings }>({ strict: false })
  app.use(async (c, next) => {
    await next()
    c.header('cache-control', 'no-store')
    c.header('sallyport-request-id', c.env.requestId)
  })
  app.get('/.sallyport/health', (c) => {
    const { stages, sync, keyid, bots } = c.env.runtime
    return c.json({
      status: 'ok',
      policy: stages.version,
      keyid,
      limits: stages.limiter.stats,
      rules: stages.rules.stats,
      watch: sync.stats,
      challenge: stages.challenge.stats,
      ...(stages.bots ? { bots: { ...bots.verification.report(Date.now()), ...bots.counts.sums } } : {}),
      delivery: c.env.delivery(),
    })
  })
  app.get('/.sallyport/metrics', (c) => {
    const { sync, stages, bots } = c.env.runtime
    const { limiter, rules } = stages
    const text = formatMetrics(c.env.delivery(), {
      limits: limiter.stats,
      rules: rules.stats,
      watch: sync.stats,
      challenge: stages.challenge.stats,
      ...(stages.bots ? { bots: bots.counts.sums, lists: bots.verification.report(Date.now()).ranges } : {}),
    })
    return c.body(text, 200, { 'content-type': METRICS_TYPE })
  })
  app.route('/.sallyport/api', createOperatorApi())
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
