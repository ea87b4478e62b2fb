/** A Worker that only forwards, with a guard of bodies, in a workerd of its own. */
import { build } from 'esbuild'
import type { BodiesModel } from '../../src/bundle/dos-model.ts'
import { startWorkerd, type WorkerdProcess } from '../bench/workerd-process.ts'

const root = new URL('../..', import.meta.url).pathname

export interface BodyWorkerOptions {
  readonly origin: string
  readonly bodyGuard?: BodiesModel
  readonly maxBody: number
}

/** Answers with what the origin did, or with the decision that ended the request; `x-logged` names rules. */
const ENTRY = `
import { forward } from './src/shield/forward.ts'
import { startTimer } from './src/worker/start-timer.ts'
import { createSigner } from './src/signature/sign.ts'
import { createFacts } from './test/http/facts.ts'
import { createVetted } from './test/shield/fixtures.ts'

const signer = createSigner({ keyid: 'k1', mac: () => new ArrayBuffer(32), ttl: 30 })

export default {
  async fetch(request, env) {
    const { origin, bodyGuard, maxBody } = JSON.parse(env.OPTIONS)
    const { pathname } = new URL(request.url)
    const headers = [...request.headers]
    const facts = { method: request.method, target: pathname, headers, hasBody: request.body !== null }
    const action = { origin, timeout_ms: 30_000 }
    const vetted = createVetted({ facts, action, route: { max_body: maxBody, digest_body: 1000 } })
    const forwarded = await forward(request, { ...vetted, bodyGuard }, {
      fetch: (url, init) => fetch(url, init),
      sha256: (bytes) => crypto.subtle.digest('SHA-256', bytes),
      signer,
      mac: () => new ArrayBuffer(32),
      freshness: () => ({ created: Math.floor(Date.now() / 1000), nonce: 'AAECAwQFBgcICQoLDA0ODw' }),
      now: Date.now,
      timer: startTimer,
      fixedLength: (length) => new FixedLengthStream(length),
    })
    const { failure, logged = [] } = forwarded
    if (failure) return Response.json(failure, { status: failure.status, headers: { connection: 'close' } })
    const response = new Response(forwarded.response.body, forwarded.response)
    response.headers.set('x-logged', logged.map(({ rule }) => rule).join())
    return response
  },
}
`

export async function openBodyWorker(options: BodyWorkerOptions): Promise<WorkerdProcess> {
  const bundled = await build({
    stdin: { contents: ENTRY, resolveDir: root, loader: 'js' },
    bundle: true,
    format: 'esm',
    target: 'es2024',
    write: false,
  })
  const code = bundled.outputFiles[0]?.text ?? ''
  return startWorkerd({ code, bindings: { OPTIONS: JSON.stringify(options) } })
}
