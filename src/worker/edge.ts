/**
 * The default entrypoint: makes the isolate ready at its first request, then hands every request to the
 * pipeline. Nothing that goes wrong here reaches a client as more than a problem document.
 * @module
 */
import { openBundle } from '../bundle/bundle.ts'
import type { Decision } from '../http/decision.ts'
import { problemAnswer } from '../http/problem.ts'
import type { ClientSource } from './client-facts.ts'
import { drawRequestId } from './draw-request-id.ts'
import { createEndpoints } from './endpoints.ts'
import type { Env } from './env.ts'
import { type Context, type Endpoints, handleRequest } from './handle.ts'
import { createRuntime, type NotReady, type Runtime } from './runtime.ts'

export interface Edge {
  fetch(request: Request, env: Env, context: Context): Promise<Response>
}

/**
 * @param baseline The compiled policy inside the Worker.
 * @param readClient Where client facts come from: on Cloudflare, the front line's fields.
 */
export function createEdge(baseline: ArrayBuffer, readClient: ClientSource): Edge {
  let ready: Runtime | undefined
  let starting: Promise<Runtime | NotReady> | undefined
  const own = createEndpoints()

  async function start(env: Env): Promise<Runtime | NotReady> {
    try {
      const runtime = await createRuntime(env, openBundle(baseline), readClient)
      if ('problem' in runtime) console.error(JSON.stringify({ kind: 'not-ready', ...runtime }))
      else ready = runtime
      return runtime
    } catch (error) {
      const problem = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown'
      console.error(JSON.stringify({ kind: 'not-ready', problem }))
      return { problem }
    }
  }

  return {
    async fetch(request, env, context) {
      let runtime = ready
      if (runtime === undefined) {
        starting ??= start(env)
        const started = await starting
        if ('problem' in started) return problemResponse(notReady, request)
        runtime = started
      }
      const current = runtime
      const endpoints: Endpoints = (req, requestId) => own.fetch(req, { runtime: current, requestId })
      const handled = handleRequest(request, current, context, endpoints).catch((error: unknown) => {
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
