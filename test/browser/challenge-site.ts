/**
 * A site behind the challenge in Node: the pages, the endpoint and the ladder of the edge, with nothing around them.
 * What is shown behind it says what came with the request.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { ChallengeModel } from '../../src/bundle/bots-model.ts'
import type { Decision } from '../../src/http/decision.ts'
import type { RequestFacts } from '../../src/http/facts.ts'
import { scanHeaderPairs } from '../../src/http/headers.ts'
import { readHost } from '../../src/http/host.ts'
import { type Answer, problemAnswer } from '../../src/http/problem.ts'
import { readTarget } from '../../src/http/target.ts'
import type { Challenge } from '../../src/ingress/challenge/challenge.ts'
import { challengeAnswer } from '../../src/ingress/challenge/challenge-answer.ts'
import { embedAnswer } from '../../src/ingress/challenge/embed-answer.ts'
import { CHALLENGE_PATH, type ChallengeLevel } from '../../src/ingress/challenge/offer.ts'
import { HELPER_PATH, helperAnswer } from '../../src/ingress/challenge/page/client-helper.ts'
import type { Providers } from '../../src/ingress/challenge/provider.ts'
import { parseAddress } from '../../src/net/address.ts'
import { answerSolution } from '../../src/worker/challenge-endpoint.ts'
import { MODEL, openChallenge } from '../ingress/challenge/open-challenge.ts'
import { closeServer, listen } from '../origin/apps.ts'

export interface ChallengeSite {
  readonly url: string
  /** Requests that came through, as `METHOD target content`. */
  readonly passed: string[]
  /** Type of the last answer by path. */
  readonly types: Map<string, string | undefined>
  /** Cookies given. */
  readonly cookies: string[]
  readonly challenge: Challenge
  /** What the site asks for now. */
  set(change: Partial<SiteTerms>): void
  close(): Promise<void>
}

export interface SiteTerms {
  readonly level: ChallengeLevel
  readonly model: ChallengeModel
  /** Whether cookies that were given are looked at. */
  readonly forgets: boolean
}

const DECISION: Decision = {
  action: 'challenge',
  stage: 'bots',
  rule: 'bots.score',
  reason: 'Signs contradict each other.',
  mode: 'enforce',
  status: 403,
}

export async function openSite(
  start: Partial<SiteTerms> = {},
  providers?: Providers,
): Promise<ChallengeSite> {
  let terms: SiteTerms = { level: 1, model: MODEL, forgets: false, ...start }
  const passed: string[] = []
  const cookies: string[] = []
  const types = new Map<string, string | undefined>()
  const challenge = openChallenge(terms.model, providers)
  let drawn = 0
  const draw = (): string => `draw-${String(drawn++).padStart(20, '0')}`

  async function answer(facts: RequestFacts, content: () => Promise<string>): Promise<Answer | Response> {
    const { path } = facts.target
    const { level, model, forgets } = terms
    const moment = { requestId: '0193-request', now: Date.now(), draw, model, readForm: content }
    if (path === HELPER_PATH) return helperAnswer(moment.requestId)
    if (path === CHALLENGE_PATH && facts.method === 'GET') return embedAnswer(facts, moment, challenge)
    if (path === CHALLENGE_PATH)
      return answerSolution(
        { ...moment, facts, clock: Date.now, text: content, timer: startTimer },
        challenge,
      )
    if (path === '/refused')
      return problemAnswer({ ...DECISION, action: 'block' }, moment.requestId, 'text/html')
    if (!path.startsWith('/free') && (forgets || !challenge.isCleared(facts, moment.now, level)))
      return challengeAnswer({ ...DECISION, level }, facts, moment, challenge)
    const text = facts.method === 'POST' ? await content() : ''
    passed.push(`${facts.method} ${path}${facts.target.query} ${text}`.trim())
    return siteAnswer(path, facts, text)
  }

  const server = createServer((request, response) => {
    const facts = readFacts(request)
    void answer(facts, () => readAll(request)).then(async (answered) => {
      const setCookie = answered.headers instanceof Headers ? answered.headers.get('set-cookie') : null
      if (typeof setCookie === 'string') cookies.push(setCookie)
      const { headers } = answered
      types.set(
        facts.target.path,
        headers instanceof Headers ? (headers.get('content-type') ?? undefined) : headers['content-type'],
      )
      await send(response, answered, request.method === 'HEAD')
    })
  })
  const port = await listen(server)
  return {
    url: `http://127.0.0.1:${port}`,
    passed,
    types,
    cookies,
    challenge,
    set(change) {
      terms = { ...terms, ...change }
    },
    close: () => closeServer(server),
  }
}

function startTimer(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms)
  return () => clearTimeout(timer)
}

/** Pages of the site: forms that are open to all, a script that calls, and everything else. */
function siteAnswer(path: string, { method }: RequestFacts, content: string): Answer {
  const html = (body: string): Answer => ({
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: `<!doctype html><html lang="en"><title>site</title><main>${body}</main>`,
  })
  if (path === '/data')
    return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"ok":true}' }
  if (path === '/free/worker.js')
    return {
      status: 200,
      headers: { 'content-type': 'text/javascript', 'service-worker-allowed': '/' },
      body: 'onactivate = (event) => event.waitUntil(clients.claim()); onfetch = (event) => event.respondWith(fetch(event.request))',
    }
  if (path === '/leave')
    return { status: 302, headers: { location: 'http://localhost:1/elsewhere' }, body: '' }
  if (path === '/free/form')
    return html(
      '<form method="post" action="/buy?id=1"><input name="submit" value="1"><input name="append"><textarea name="note">a\nb</textarea><input type="hidden" name="__proto__" value="&quot;><b>"><button id="go">Buy</button></form>',
    )
  if (path === '/free/app')
    return html(
      `<p id="out"></p><script type="module">
      import { sallyportFetch } from '${HELPER_PATH}'
      const out = document.getElementById('out')
      window.call = async (init) => { const answer = await sallyportFetch('/data', init); out.textContent = answer.status + ' ' + await answer.text() }
      </script>`,
    )
  return html(
    `<h1>behind the door</h1><p id="came">${method} ${path}</p><pre id="body">${content.replace(/[&<]/g, '_')}</pre>`,
  )
}

function readFacts(request: IncomingMessage): RequestFacts {
  const pairs: [string, string][] = []
  for (let i = 0; i < request.rawHeaders.length; i += 2)
    pairs.push([request.rawHeaders[i] ?? '', request.rawHeaders[i + 1] ?? ''])
  const rawTarget = request.url ?? '/'
  return {
    method: request.method ?? 'GET',
    scheme: 'http',
    host: readHost(request.headers.host ?? '', 'http'),
    target: readTarget(rawTarget),
    rawTarget,
    headers: scanHeaderPairs(pairs),
    client: { address: parseAddress('127.0.0.1') },
    hasBody: request.method === 'POST',
  }
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

async function send(response: ServerResponse, answered: Answer | Response, isHead: boolean): Promise<void> {
  const { status, headers } = answered
  const fields = headers instanceof Headers ? Object.fromEntries(headers) : headers
  const body = typeof answered.body === 'string' ? answered.body : await (answered as Response).text()
  response.writeHead(status, fields)
  response.end(isHead ? '' : body)
}
