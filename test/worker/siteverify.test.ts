import { describe, expect, it } from 'vitest'
import type { Provider, ProviderKind } from '../../src/ingress/challenge/provider.ts'
import type { Timer } from '../../src/ingress/limits/deadline.ts'
import { createSiteverify } from '../../src/worker/siteverify.ts'

const NOW = 1_795_000_000_000
const QUESTION = { response: 'answer', token: 'token-1', sitekey: 'site-1', host: 'app.example' }
const GOOD = { success: true, hostname: 'app.example', action: 'sallyport', cdata: 'token-1' }
const never: Timer = () => () => {}
const atOnce: Timer = (_, fire) => {
  queueMicrotask(fire)
  return () => {}
}

interface World {
  readonly provider: Provider
  readonly sent: { url: string; form: Record<string, string> }[]
  readonly down: ProviderKind[]
}

function open(
  kind: ProviderKind,
  answers: readonly (() => Promise<Response>)[],
  timer: Timer = never,
): World {
  const sent: World['sent'] = []
  const down: ProviderKind[] = []
  let keys = 0
  const providers = createSiteverify({
    async fetch(url, { body }) {
      sent.push({ url, form: Object.fromEntries(body as URLSearchParams) })
      const answer = answers[sent.length - 1]
      return answer === undefined ? Promise.reject(new Error('asked too often')) : answer()
    },
    timer,
    drawKey: () => `key-${++keys}`,
    secrets: { turnstile: 'secret-t', hcaptcha: 'secret-h' },
    onDown: (which) => down.push(which),
  })
  const provider = providers(kind)
  if (provider === undefined) throw new Error('no provider')
  return { provider, sent, down }
}

const json =
  (value: unknown, status = 200) =>
  async (): Promise<Response> =>
    Response.json(value, { status })
const broken = (): Promise<Response> => Promise.reject(new Error('no network'))

describe('siteverify', () => {
  it('shows Turnstile the secret, the answer and a key for the retry, and nothing of the client', async () => {
    const { provider, sent } = open('turnstile', [json(GOOD)])
    expect(await provider.check(QUESTION, NOW)).toBe('passed')
    expect(sent).toEqual([
      {
        url: 'https://challenges.cloudflare.com/turnstile/v0/siteverify',
        form: { secret: 'secret-t', response: 'answer', idempotency_key: 'key-1' },
      },
    ])
  })

  it('shows hCaptcha the site key too', async () => {
    const { provider, sent } = open('hcaptcha', [json({ success: true, hostname: 'app.example' })])
    expect(await provider.check(QUESTION, NOW)).toBe('passed')
    expect(sent).toEqual([
      {
        url: 'https://api.hcaptcha.com/siteverify',
        form: { secret: 'secret-h', response: 'answer', sitekey: 'site-1' },
      },
    ])
  })

  it('asks again once, with the same key, and takes that answer', async () => {
    const { provider, sent, down } = open('turnstile', [broken, json(GOOD)])
    expect(await provider.check(QUESTION, NOW)).toBe('passed')
    expect(sent.map(({ form }) => form.idempotency_key)).toEqual(['key-1', 'key-1'])
    expect([provider.isDown(NOW), down]).toEqual([false, []])
  })

  it('does not ask again when the answer is no', async () => {
    const { provider, sent } = open('turnstile', [
      json({ success: false, 'error-codes': ['invalid-input-response'] }, 400),
    ])
    expect(await provider.check(QUESTION, NOW)).toBe('refused')
    expect(sent).toHaveLength(1)
  })

  it.each<[string, () => Promise<Response>]>([
    ['cannot be reached', broken],
    ['has an error of its own', json({ success: true }, 500)],
    ['answers with no JSON', async () => new Response('<html>')],
    ['answers with nothing', async () => new Response(null, { status: 204 })],
    ['answers without end', async () => new Response(`{"success":true,"x":"${'x'.repeat(20_000)}"}`)],
    ['does not take the secret', json({ success: false, 'error-codes': ['invalid-input-secret'] })],
  ])('lets nobody in when the service %s, and leaves it alone for a minute', async (_, answer) => {
    const { provider, down } = open('turnstile', [answer, answer, answer, answer])
    expect(await provider.check(QUESTION, NOW)).toBe('down')
    expect([0, 59_999, 60_000].map((ms) => provider.isDown(NOW + ms))).toEqual([true, true, false])
    // Set back by an hour, the clock does not keep it away for an hour.
    expect(provider.isDown(NOW - 3_600_000)).toBe(false)
    await provider.check(QUESTION, NOW + 1000)
    expect(down).toEqual(['turnstile'])
  })

  it('waits three seconds for each try', async () => {
    const waits: number[] = []
    const timer: Timer = (ms, fire) => {
      waits.push(ms)
      return atOnce(ms, fire)
    }
    const silent = (): Promise<Response> => new Promise(() => {})
    const { provider } = open('turnstile', [silent, silent], timer)
    expect(await provider.check(QUESTION, NOW)).toBe('down')
    expect(waits).toEqual([3000, 3000])
  })

  it('knows no service without a secret', () => {
    const providers = createSiteverify({
      fetch: broken,
      timer: never,
      drawKey: () => '',
      secrets: { turnstile: undefined, hcaptcha: '' },
      onDown: () => {},
    })
    expect([providers('turnstile'), providers('hcaptcha')]).toEqual([undefined, undefined])
  })
})
