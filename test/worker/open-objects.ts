/** The watch and control objects in a workerd of their own, and the operator API in front of them. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import { COMPATIBILITY, OBJECTS } from '../../src/cli/local/edge.ts'

/** `POST /rpc` with `{binding, name, method, args}` answers `{value}` or `{error}`; all else is the API. */
const HARNESS = `
import { createOperatorApi } from './src/worker/operator-api.ts'
import { reachControl } from './src/worker/control-calls.ts'
import { Hono } from 'hono'
export { ControlObject } from './src/worker/control-object.ts'
export { WatchObject } from './src/worker/watch-object.ts'
const app = new Hono()
app.route('/.sallyport/api', createOperatorApi())
const applied = []
const broken = { orders: async () => { throw new Error('secret detail') } }
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url)
    if (pathname === '/applied') return Response.json(applied)
    if (pathname !== '/rpc') {
      const isBroken = request.headers.has('x-broken')
      const operator = {
        token: request.headers.has('x-no-token') ? undefined : request.headers.has('x-short') ? 'short' : env.TOKEN,
        control: () => (isBroken ? broken : reachControl(env.CONTROL)),
        apply: (orders) => applied.push(orders),
      }
      return app.fetch(request, { operator, requestId: 'r1', client: request.headers.get('x-client') ?? '192.0.2.200' })
    }
    const { binding, name, method, args } = await request.json()
    try {
      return Response.json({ value: await env[binding].getByName(name)[method](...args) })
    } catch (error) {
      return Response.json({ error: String(error) })
    }
  },
}
`

export const TOKEN = 'a-token-that-nobody-guesses-0123456789'

export interface OpenObjects {
  readonly lines: string[]
  /** Where it listens, until a restart. */
  readonly url: string
  call(binding: 'WATCH' | 'CONTROL', name: string, method: string, ...args: unknown[]): Promise<unknown>
  ask(path: string, init?: RequestInit): Promise<Response>
  /** Another workerd with the same storage. */
  restart(): Promise<void>
  stop(): Promise<void>
}

async function bundle(): Promise<string> {
  const result = await build({
    stdin: { contents: HARNESS, resolveDir: fileURLToPath(new URL('../..', import.meta.url)) },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    external: ['cloudflare:*'],
  })
  return result.outputFiles[0]?.text ?? ''
}

export async function openObjects({ withControl = true } = {}): Promise<OpenObjects> {
  const contents = await bundle()
  const storage = await mkdtemp(join(tmpdir(), 'sallyport-objects-'))
  const lines: string[] = []
  const { WATCH, CONTROL } = OBJECTS
  const start = (): Miniflare =>
    new Miniflare(
      convertV4MiniflareOptions({
        modules: [{ type: 'ESModule', path: 'worker.js', contents }],
        durableObjects: withControl ? { WATCH, CONTROL } : { WATCH },
        resourcePersistencePath: storage,
        compatibilityDate: COMPATIBILITY.date,
        compatibilityFlags: [...COMPATIBILITY.flags],
        bindings: { TOKEN },
        log: new Log(LogLevel.NONE),
        handleStructuredLogs: ({ message }) => lines.push(String(message)),
      }),
    )
  let instance = start()
  const { origin: url } = await instance.ready
  const ask: OpenObjects['ask'] = async (path, init = {}) => {
    const response = await instance.dispatchFetch(`http://edge.example${path}`, {
      method: init.method ?? 'GET',
      headers: { authorization: `Bearer ${TOKEN}`, ...(init.headers as Record<string, string>) },
      ...(init.body ? { body: init.body as string } : {}),
    })
    return response as unknown as Response
  }
  return {
    lines,
    url,
    ask,
    async call(binding, name, method, ...args) {
      const body = JSON.stringify({ binding, name, method, args })
      const answer = (await (await ask('/rpc', { method: 'POST', body })).json()) as Record<string, unknown>
      if ('error' in answer) throw new Error(String(answer.error))
      return answer.value
    },
    async restart() {
      await instance.dispose()
      instance = start()
    },
    async stop() {
      await instance.dispose()
      await rm(storage, { recursive: true, force: true })
    },
  }
}
