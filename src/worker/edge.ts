/**
 * The default entrypoint: makes the isolate ready at its first request, then hands every request to the
 * pipeline. Nothing that goes wrong here reaches a client as more than a problem document.
 * @module
 */
import type { LivePolicy } from '../bundle/live-policy.ts'
import type { Decision } from '../http/decision.ts'
import { problemAnswer } from '../http/problem.ts'
import { countingKey } from '../net/address.ts'
import type { Stages } from '../pipeline/stages.ts'
import type { Endpoints } from './answer-request.ts'
import { runScheduled } from './bots/scheduled.ts'
import { chooseRuntime } from './choose-runtime.ts'
import type { ClientSource } from './client-facts.ts'
import { ControlAway, reachControl } from './control-calls.ts'
import { createDeliveryLog } from './delivery-log.ts'
import { type DeliveryReport, reportDelivery } from './delivery-report.ts'
import { drawRequestId } from './draw-request-id.ts'
import { createEndpoints } from './endpoints.ts'
import type { Env } from './env.ts'
import { type Context, handleRequest } from './handle.ts'
import { createIsolate, type Isolate, type NotReady } from './isolate.ts'
import type { OperatorPorts } from './operator-api.ts'
import { createPolicySource, type PolicySource } from './policy-source.ts'
import type { Recorder } from './recorder.ts'
import { createLinker, type Runtime } from './runtime.ts'
import { createShadow, type Shadow } from './shadow.ts'

export interface Edge {
  fetch(request: Request, env: Env, context: Context): Promise<Response>
  /** What the cron does: fetches what operators of crawlers publish. */
  scheduled(controller: unknown, env: Env, context: Context): Promise<void>
}

/** What an isolate has once it can serve. */
interface Ready {
  readonly isolate: Isolate
  readonly policy: PolicySource
  readonly shadow: Shadow
}

async function prepare(baseline: ArrayBuffer, readClient: ClientSource, env: Env): Promise<Ready | NotReady> {
  const isolate = await createIsolate(env, readClient)
  if ('problem' in isolate) return isolate
  const { write, dataset } = isolate
  const log = createDeliveryLog({ write, dataset, now: Date.now })
  const policy = await createPolicySource(env, baseline, createLinker(isolate), log)
  if (policy.unread?.state === 'misconfigured')
    console.error(JSON.stringify({ kind: 'policy', event: 'misconfigured', problem: policy.unread.problem }))
  return { isolate, policy, shadow: createShadow(write) }
}

/** A request's recorder while a candidate is in shadow: what was decided is compared once it is answered. */
function recordWithShadow(
  { recorder }: Runtime,
  candidate: Stages,
  shadow: Shadow,
  context: Context,
): Recorder {
  return {
    record(decided) {
      const compared = new Promise<void>((resolve) => setTimeout(resolve, 0)).then(() =>
        shadow.compare(decided, candidate, Date.now()),
      )
      context.waitUntil(compared)
      return recorder.record(decided)
    },
    flush: (now) => recorder.flush(now),
  }
}

function runtimeFor(ready: Ready, live: LivePolicy<Runtime>, request: Request, context: Context): Runtime {
  const runtime = chooseRuntime(live, request, ready.isolate.readClient)
  if (live.rollout?.mode !== 'shadow') return runtime
  const { stages } = live.rollout.candidate.linked
  return { ...runtime, recorder: recordWithShadow(runtime, stages, ready.shadow, context) }
}

function operatorPorts(env: Env, { bans, watch }: Isolate): OperatorPorts {
  return {
    token: env.SALLYPORT_OPERATOR_TOKEN,
    control: () => {
      if (env.CONTROL === undefined) throw new ControlAway('no binding CONTROL')
      return reachControl(env.CONTROL)
    },
    apply(orders) {
      bans.apply(orders, Date.now())
      watch.heard(orders)
    },
  }
}

/**
 * @param baseline The compiled policy inside the Worker.
 * @param readClient Where client facts come from: on Cloudflare, the front line's fields.
 */
export function createEdge(baseline: ArrayBuffer, readClient: ClientSource): Edge {
  let ready: Ready | undefined
  let starting: Promise<Ready | NotReady> | undefined
  const own = createEndpoints()

  async function start(env: Env): Promise<Ready | NotReady> {
    try {
      const started = await prepare(baseline, readClient, env)
      if ('problem' in started) console.error(JSON.stringify({ kind: 'not-ready', ...started }))
      else ready = started
      return started
    } catch (error) {
      const problem = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown'
      console.error(JSON.stringify({ kind: 'not-ready', problem }))
      return { problem }
    }
  }

  async function serve(request: Request, env: Env, isolate: Ready, context: Context): Promise<Response> {
    const current = isolate.policy.current((work) => context.waitUntil(work))
    // Awaited only when it must be: an await costs a warm isolate a turn of the loop per request.
    const live = current instanceof Promise ? await current : current
    const runtime = runtimeFor(isolate, live, request, context)
    const delivery = (): DeliveryReport => reportDelivery(isolate.policy, isolate.shadow.report, Date.now())
    const endpoints: Endpoints = (req, requestId, { client: { address } }) =>
      own.fetch(req, {
        runtime,
        delivery,
        requestId,
        operator: operatorPorts(env, isolate.isolate),
        client: address === undefined ? '' : countingKey(address),
      })
    return handleRequest(request, runtime, context, endpoints)
  }

  async function whenReady(env: Env, context: Context): Promise<Ready | NotReady> {
    if (ready !== undefined) return ready
    starting ??= start(env)
    // All later requests wait for it: it must not end with the client whose request began it.
    context.waitUntil(starting)
    return starting
  }

  return {
    async scheduled(_controller, env, context) {
      const isolate = await whenReady(env, context)
      if ('problem' in isolate) return
      const live = await isolate.policy.current((work) => context.waitUntil(work))
      const { keys, write } = isolate.isolate
      await runScheduled(
        { kv: env.RULES, secret: keys.counterSecret, write },
        live.active.linked.stages.bots?.model,
      )
    },
    async fetch(request, env, context) {
      const isolate = ready ?? (await whenReady(env, context))
      if ('problem' in isolate) return problemResponse(notReady, request)
      const handled = serve(request, env, isolate, context).catch((error: unknown) => {
        // A defect of ours: the type of the error is enough to find it, its text may hold request data.
        console.error(
          JSON.stringify({ kind: 'defect', error: error instanceof Error ? error.name : 'unknown' }),
        )
        return problemResponse(defect, request)
      })
      // The runtime drops what a client that has left was waiting for: its record would never be written.
      context.waitUntil(handled)
      return handled
    },
  }
}

function problemResponse(decision: Decision, request: Request): Response {
  const requestId = drawRequestId(Date.now())
  const answer = problemAnswer(decision, requestId, request.headers.get('accept') ?? undefined)
  return new Response(answer.body, { status: answer.status, headers: answer.headers })
}

const notReady: Decision = {
  action: 'block',
  stage: 'forward',
  rule: 'forward.not-ready',
  reason: 'The edge has no usable policy or keys.',
  fix: 'See the `not-ready` line in the log of the Worker.',
  mode: 'enforce',
  status: 503,
}

const defect: Decision = {
  action: 'block',
  stage: 'forward',
  rule: 'forward.defect',
  reason: 'The edge failed on this request.',
  mode: 'enforce',
  status: 500,
}
