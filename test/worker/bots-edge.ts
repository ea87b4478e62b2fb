/**
 * The edge in workerd with surroundings that a test can break, and a clock that it can set: what is posted to `/-/set`
 * holds from then on. Timers run faster than the clock, so that nobody waits for what does not come.
 */
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from 'miniflare'
import { BASELINE_MODULE, bundleWorker } from '../../src/cli/local/bundle-worker.ts'
import { COMPATIBILITY, type LocalKv, OBJECTS } from '../../src/cli/local/edge.ts'
import { createLocalKeys } from '../../src/cli/local/keys.ts'
import { solve } from '../ingress/challenge/challenge-world.ts'
import { type Ask, ask, type Reply } from './exchange.ts'
import { compile, createLog, type EdgeLog } from './open-edge.ts'

/** How something outside behaves. `garbage` answers nonsense; anything else is the answer itself, as JSON. */
export type State = 'well' | 'down' | 'hanging' | 'garbage' | `{${string}`

export interface Surroundings {
  readonly objects?: State
  readonly kv?: State
  /** Of what is fetched, by host. */
  readonly hosts?: Readonly<Record<string, State>>
  /** Milliseconds that the edge's clock is ahead of the real one. */
  readonly ahead?: number
}

export interface BotsEdge {
  readonly url: string
  readonly log: EdgeLog
  kv(): Promise<LocalKv>
  set(surroundings: Surroundings): Promise<void>
  stop(): Promise<void>
}

const WRAPPER = `
import edge from './sallyport.mjs'
import bare from './bare.mjs'
export { ChallengeObject, ControlObject, CounterObject, WatchObject } from './sallyport.mjs'
let now = {}
const realNow = Date.now, realTimeout = setTimeout, realFetch = fetch
Date.now = () => realNow() + (now.ahead ?? 0)
globalThis.setTimeout = (run, ms) => realTimeout(run, ms / 20)
AbortSignal.timeout = (ms) => { const c = new AbortController(); realTimeout(() => c.abort(new DOMException('', 'TimeoutError')), ms / 20); return c.signal }
const never = (signal) => new Promise((_, no) => signal?.addEventListener('abort', () => no(signal.reason)))
const behave = (state, really, garbage, signal) => {
  if (state === undefined || state === 'well') return really()
  if (state === 'hanging') return never(signal)
  if (state === 'garbage') return garbage()
  return state === 'down' ? Promise.reject(new Error('down')) : Promise.resolve(Response.json(JSON.parse(state)))
}
globalThis.fetch = (url, init) =>
  behave(now.hosts?.[new URL(url.url ?? url).hostname], () => realFetch(url, init), async () => new Response('<p>?'), init?.signal)
const objects = (of) => ({ getByName: (name) => ({ spend: (...a) => behave(now.objects, () => of.getByName(name).spend(...a), async () => 'what') }) })
const kv = (of) => ({
  get: (...a) => behave(now.kv, () => of.get(...a), async () => new Response('garbage').body),
  put: (...a) => behave(now.kv, () => of.put(...a), async () => {}),
})
export default {
  async fetch(request, env, context) {
    if (request.url.endsWith('/-/set')) { now = await request.json(); return new Response('') }
    if (request.headers.has('bare')) return bare.fetch(request, { ...env, CHALLENGES: undefined, RULES: undefined }, context)
    return edge.fetch(request, { ...env, CHALLENGES: objects(env.CHALLENGES), RULES: kv(env.RULES) }, context)
  },
}
`

/** @param variables Of the Worker. A request with the field `bare` meets an edge without objects and KV. */
export async function openBotsEdge(
  files: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, string>> = {},
  keys: string = createLocalKeys().edge,
): Promise<BotsEdge> {
  const log = createLog()
  const contents = await bundleWorker('local')
  const worker = new Miniflare(
    convertV4MiniflareOptions({
      log: new Log(LogLevel.NONE),
      handleStructuredLogs: ({ message }) => log.add(String(message)),
      workers: [
        {
          name: 'sallyport',
          modules: [
            { type: 'ESModule', path: 'worker.mjs', contents: WRAPPER },
            { type: 'ESModule', path: 'sallyport.mjs', contents },
            { type: 'ESModule', path: 'bare.mjs', contents },
            { type: 'Data', path: BASELINE_MODULE, contents: Buffer.from(await compile(files)) },
          ],
          compatibilityDate: COMPATIBILITY.date,
          compatibilityFlags: [...COMPATIBILITY.flags],
          unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
          kvNamespaces: ['RULES'],
          durableObjects: OBJECTS,
          bindings: { SALLYPORT_KEYS: keys, COUNTER_SHARDS: '4', ...variables },
        },
      ],
    }),
  )
  await worker.ready
  const url = (await worker.unsafeGetDirectURL('sallyport')).origin
  return {
    url,
    log,
    kv: () => worker.getKVNamespace('RULES', 'sallyport'),
    set: async (surroundings) => {
      await ask(url, { method: 'POST', target: '/-/set', body: JSON.stringify(surroundings) })
    },
    stop: () => worker.dispose(),
  }
}

const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36'

/** What Chrome sends on the way to a page of a local site. */
export const NAVIGATION: Readonly<Record<string, string>> = {
  'user-agent': CHROME,
  'sec-ch-ua': '"Chromium";v="148", "Not:A-Brand";v="8"',
  'sec-ch-ua-mobile': '?0',
  'sec-ch-ua-platform': '"Linux"',
  'upgrade-insecure-requests': '1',
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'accept-language': 'en',
  'sec-fetch-site': 'none',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
}

export interface FoundOffer {
  readonly token: string
  /** The form that solves it. */
  readonly form: string
  readonly bits: number
  readonly method: string
}

/** The work that a page asks for, done. */
export function solvePage({ text }: Reply): FoundOffer {
  const [, json = '[]'] = /data-offers="([^"]*)"/.exec(text) ?? []
  const [, page = '/'] = /data-return="([^"]*)"/.exec(text) ?? []
  const offers: readonly [string, string, number | string][] = JSON.parse(json.replaceAll('&#34;', '"'))
  const [method, token, how] = offers[0] ?? ['', '', 0]
  const bits = typeof how === 'number' ? how : 0
  const answer: [string, string] =
    method === 'proof' ? ['solution', solve(token, bits)] : ['response', 'x'.repeat(20)]
  const form = new URLSearchParams([['token', token], answer, ['return', page.replaceAll('&#38;', '&')]])
  return { token, form: form.toString(), bits, method }
}

/** Sends a solution as the page's script does. */
export function redeem(url: string, form: string, headers: Ask['headers'] = {}): Promise<Reply> {
  return ask(url, {
    method: 'POST',
    target: '/.sallyport/challenge',
    headers: {
      ...NAVIGATION,
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(Buffer.byteLength(form)),
      accept: '*/*',
      'sec-fetch-mode': 'cors',
      'sec-fetch-dest': 'empty',
      'sec-fetch-site': 'same-origin',
      ...headers,
    },
    body: form,
  })
}

/** `name=value` of the cookie that an answer gives, and for how many seconds. */
export function cookieOf({ headers }: Reply): { readonly cookie: string; readonly life: number } {
  const field = headers['set-cookie']?.[0] ?? ''
  return { cookie: field.split(';')[0] ?? '', life: Number(/Max-Age=(\d+)/.exec(field)?.[1] ?? 0) }
}
