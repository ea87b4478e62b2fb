/**
 * Asks Turnstile or hCaptcha whether a widget's answer is good.
 *
 * A service that does not answer is left alone for a minute, in which challenges ask for the hardest proof of work
 * instead. Its silence lets nobody in.
 * @module
 */
import type { Provider, ProviderKind, ProviderQuestion, Providers } from '../ingress/challenge/provider.ts'
import { judgeAnswer } from '../ingress/challenge/provider-verdict.ts'
import { awaitWithin, type Timer } from '../ingress/limits/deadline.ts'
import { readBounded } from './read-bounded.ts'

export interface SiteverifyPorts {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  readonly timer: Timer
  /** A new UUID at each call. */
  readonly drawKey: () => string
  /** Secrets as they are set; a service without one is not asked. */
  readonly secrets: Readonly<Record<ProviderKind, string | undefined>>
  /** Told, once a minute at most, that a service is away or does not take the secret: nothing of either. */
  readonly onDown: (kind: ProviderKind) => void
}

/** As both services document them. */
const URLS: Readonly<Record<ProviderKind, string>> = {
  turnstile: 'https://challenges.cloudflare.com/turnstile/v0/siteverify',
  hcaptcha: 'https://api.hcaptcha.com/siteverify',
}
/** Milliseconds for one try. */
const PATIENCE = 3000
/** Milliseconds that a service is left alone. */
const DOWN_FOR = 60_000
/** Bytes of an answer: real ones have a few hundred. */
const MAX_ANSWER = 8192

export function createSiteverify(ports: SiteverifyPorts): Providers {
  const known = new Map<ProviderKind, Provider>()
  for (const kind of ['turnstile', 'hcaptcha'] as const) {
    const secret = ports.secrets[kind]
    if (secret !== undefined && secret !== '') known.set(kind, openProvider(kind, secret, ports))
  }
  return (kind) => known.get(kind)
}

function openProvider(kind: ProviderKind, secret: string, ports: SiteverifyPorts): Provider {
  let downSince = Number.NEGATIVE_INFINITY
  // A clock that was set back must not keep it away for longer.
  const isDown = (now: number): boolean => Math.abs(now - downSince) < DOWN_FOR

  async function ask(question: ProviderQuestion, key: string): Promise<'passed' | 'refused' | 'down'> {
    const stop = new AbortController()
    const answered = ports
      .fetch(URLS[kind], {
        method: 'POST',
        body: formOf(kind, secret, question, key),
        redirect: 'error',
        signal: stop.signal,
      })
      .then(readAnswer)
    const answer = await awaitWithin(answered, PATIENCE, ports.timer, () => {})
    if (answer === 'timeout') stop.abort()
    if (answer === 'timeout' || answer === 'error') return 'down'
    return judgeAnswer(kind, answer.json, question)
  }

  return {
    isDown,
    async check(question, now) {
      // The same key both times: an answer that was lost is given again, not taken for used.
      const key = ports.drawKey()
      let answer = await ask(question, key)
      if (answer === 'down') answer = await ask(question, key)
      if (answer !== 'down') return answer
      if (!isDown(now)) ports.onDown(kind)
      downSince = now
      return 'down'
    },
  }
}

/** The client's address is not sent: it is optional for both, and nobody's business. */
function formOf(
  kind: ProviderKind,
  secret: string,
  { response, sitekey }: ProviderQuestion,
  key: string,
): URLSearchParams {
  const common = { secret, response }
  return new URLSearchParams(
    kind === 'turnstile' ? { ...common, idempotency_key: key } : { ...common, sitekey },
  )
}

/** Both answer refusals with 200, or with 400 and the same content. Rejects for anything that is no JSON. */
async function readAnswer({ body, status }: Response): Promise<{ readonly json: unknown }> {
  if (status >= 500 || body === null) throw new TypeError('no answer')
  const bytes = await readBounded(body, MAX_ANSWER)
  if (bytes.byteLength > MAX_ANSWER) throw new TypeError('too long')
  return { json: JSON.parse(new TextDecoder().decode(bytes)) }
}
