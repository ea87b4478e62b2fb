import { describe, expect, it, test } from 'vitest'
import type { Challenge } from '../../src/ingress/challenge/challenge.ts'
import type { SolutionForm } from '../../src/ingress/challenge/redeem.ts'
import type { Timer } from '../../src/ingress/limits/deadline.ts'
import { answerSolution } from '../../src/worker/challenge-endpoint.ts'
import type { FactsChange } from '../http/facts.ts'
import {
  createRequest,
  draw,
  MODEL,
  NOW,
  offerOf,
  openChallenge,
  proofForm,
} from '../ingress/challenge/challenge-world.ts'

const FORM = 'application/x-www-form-urlencoded'
const never: Timer = () => () => {}
const ORIGIN = 'https://app.example'
type Fields = readonly (readonly [string, string])[]
/** As a page's script sends it, and as its form does. */
const SCRIPT: Fields = [
  ['sec-fetch-mode', 'cors'],
  ['sec-fetch-dest', 'empty'],
  ['sec-fetch-site', 'same-origin'],
  ['origin', ORIGIN],
  ['accept', '*/*'],
]
const NAVIGATION: Fields = [
  ['sec-fetch-mode', 'navigate'],
  ['sec-fetch-dest', 'document'],
  ['sec-fetch-site', 'same-origin'],
  ['origin', ORIGIN],
  ['accept', 'text/html'],
]
const agent = ['user-agent', createRequest().headers.get('user-agent') ?? ''] as const

interface Sent {
  readonly form?: Partial<SolutionForm>
  readonly text?: () => Promise<string>
  readonly headers?: Fields
  readonly type?: string
  readonly length?: string
  readonly change?: FactsChange
  readonly timer?: Timer
  readonly score?: number
  readonly now?: number
  readonly clock?: () => number
}

/** The fields as the form names them. */
function encode({ token, solution, returnTo, body }: Partial<SolutionForm>): string {
  const named = { token, solution, return: returnTo, body }
  return new URLSearchParams(
    Object.entries(named).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as [string, string]],
    ),
  ).toString()
}

function send(challenge: Challenge, sent: Sent = {}): Promise<Response> {
  const text = encode(sent.form ?? {})
  const length = sent.length ?? String(text.length)
  const headers: Fields = [
    agent,
    ['content-type', sent.type ?? FORM],
    ...(length === '' ? [] : [['content-length', length] as const]),
    ...(sent.headers ?? SCRIPT),
  ]
  const now = sent.now ?? NOW
  const facts = createRequest({
    method: 'POST',
    target: '/.sallyport/challenge',
    hasBody: true,
    ...sent.change,
    headers,
  })
  const timer = sent.timer ?? never
  return answerSolution(
    {
      facts,
      requestId: 'r',
      now,
      clock: sent.clock ?? (() => now),
      text: sent.text ?? (async () => text),
      timer,
      draw,
      model: MODEL,
      score: sent.score ?? 0,
    },
    challenge,
  )
}

const page = createRequest({ target: '/shop?x=1' })

describe('a solution', () => {
  it('that a script sends is answered with the cookie alone', async () => {
    const challenge = openChallenge()
    const response = await send(challenge, { form: proofForm(challenge.issue(page, 2, 0, NOW, draw)) })
    expect([response.status, await response.text()]).toEqual([204, ''])
    expect(response.headers.get('set-cookie')).toMatch(/^__Host-sallyport-clearance=/)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('sallyport-request-id')).toBe('r')
  })

  it('that a form sends leads back to where the client was', async () => {
    const challenge = openChallenge()
    const form = proofForm(challenge.issue(page, 2, 0, NOW, draw))
    const response = await send(challenge, { form, headers: NAVIGATION })
    expect([response.status, response.headers.get('location')]).toEqual([303, '/shop?x=1'])
    expect(response.headers.get('set-cookie')).toMatch(/^__Host-sallyport-clearance=/)
  })

  it('never leads elsewhere, whatever the form says', async () => {
    const challenge = openChallenge()
    for (const returnTo of [
      '//evil.example',
      '/\\evil.example',
      '/other',
      'https://evil.example/',
      '/a\r\nx: y',
    ]) {
      const form = { ...proofForm(challenge.issue(page, 2, 0, NOW, draw)), returnTo }
      const response = await send(challenge, { form, headers: NAVIGATION })
      expect([response.status, response.headers.get('location')]).toEqual([303, '/'])
    }
  })

  it('with the content that met the challenge gets a page that sends it again', async () => {
    const challenge = openChallenge()
    const body = 'name=a%3Cb&x=1'
    const form = { ...proofForm(challenge.issue(page, 2, 0, NOW, draw, { body })), body }
    const response = await send(challenge, { form, headers: NAVIGATION })
    expect(response.status).toBe(200)
    expect(response.headers.get('set-cookie')).toMatch(/^__Host-sallyport-clearance=/)
    const html = await response.text()
    expect(html).toContain('action="/shop?x=1"')
    expect(html).toContain('<input type="hidden" name="name" value="a&#60;b">')
  })

  it('with other content than met it sends none', async () => {
    const challenge = openChallenge()
    const form = { ...proofForm(challenge.issue(page, 2, 0, NOW, draw, { body: 'x=1' })), body: 'x=2' }
    const response = await send(challenge, { form, headers: NAVIGATION })
    expect([response.status, response.headers.get('location')]).toEqual([303, '/shop?x=1'])
  })
})

describe('what another site makes a browser send', () => {
  const without = (name: string): Fields => NAVIGATION.filter(([field]) => field !== name)

  it.each<[string, Fields]>([
    ['cross-site', [...without('sec-fetch-site'), ['sec-fetch-site', 'cross-site']]],
    ['from another host of the site', [...without('sec-fetch-site'), ['sec-fetch-site', 'same-site']]],
    ['by a browser that says only its origin', [['origin', 'https://evil.example']]],
    ['from nowhere', [['origin', 'null']]],
    ['from plain http', [['origin', 'http://app.example']]],
  ])('%s is refused, solved or not', async (_, headers) => {
    const challenge = openChallenge()
    const form = proofForm(challenge.issue(page, 2, 0, NOW, draw))
    const response = await send(challenge, { form, headers })
    expect([response.status, response.headers.get('set-cookie')]).toEqual([403, null])
    // It was not even looked at.
    expect((await send(challenge, { form })).status).toBe(204)
  })
})

describe('a wait that is not over', () => {
  /** A clock that timers set forward. */
  function openClock(): { readonly timer: Timer; readonly clock: () => number } {
    let now = NOW
    return {
      clock: () => now,
      timer(ms, fire) {
        // Not the one that waits for content.
        if (ms < 10_000) {
          now += ms
          queueMicrotask(fire)
        }
        return () => {}
      },
    }
  }

  it('is waited for, and then over', async () => {
    const challenge = openChallenge()
    const issued = challenge.issue(page, 1, 0, NOW, draw)
    const { token } = offerOf(issued, 'wait')
    const { timer, clock } = openClock()
    const form = { token, returnTo: issued.returnTo }
    const response = await send(challenge, { form, headers: NAVIGATION, timer, clock })
    expect([response.status, response.headers.get('location')]).toEqual([303, '/shop?x=1'])
    expect(clock() - NOW).toBe(MODEL.wait * 1000 + 20)
  })
})

describe('a failure', () => {
  const expire = NOW + 400_000

  it('is a document with a stable code for scripts', async () => {
    const challenge = openChallenge()
    const form = proofForm(challenge.issue(page, 2, 0, NOW, draw))
    const codes: [number, unknown][] = []
    const failures: Sent[] = [
      { form: { ...form, solution: '1' } },
      { form, now: expire },
      { form, change: { address: '198.51.100.1' } },
      { form: { ...form, token: 'x' } },
      { form, change: { host: 'other.example' }, headers: [] },
      { form },
      { form },
    ]
    for (const failure of failures) {
      const response = await send(challenge, failure)
      if (response.status === 204) continue
      const { code, rule } = (await response.json()) as { code: string; rule: string }
      expect(rule).toBe('route.challenge')
      codes.push([response.status, code])
    }
    expect(codes).toEqual([
      [403, 'unsolved'],
      [403, 'expired'],
      [403, 'elsewhere'],
      [400, 'malformed'],
      [403, 'forged'],
      [403, 'spent'],
    ])
  })

  it('is a new challenge for people, that asks for as much as before and keeps what they sent', async () => {
    const challenge = openChallenge()
    const issued = challenge.issue(page, 2, 100, NOW, draw, { body: 'x=1' })
    const { token, bits } = offerOf(issued, 'proof')
    const form = { token, returnTo: issued.returnTo, body: 'x=1' }
    const response = await send(challenge, { form, headers: NAVIGATION, now: expire })
    expect([response.status, response.headers.get('set-cookie')]).toEqual([403, null])
    expect(response.headers.get('sallyport-mitigated')).toBe('challenge')
    const html = await response.text()
    expect(html).toContain('name="body" value="x=1"')
    expect(html).toContain('name="return" value="/shop?x=1"')
    expect(html).toContain(`,${bits}]]`)
    expect(html).not.toContain(token)
  })

  it('is no easier than what the client would be asked for where it goes', async () => {
    const challenge = openChallenge()
    const { bits: least, token } = offerOf(challenge.issue(page, 2, 0, NOW, draw), 'proof')
    const { bits: most } = offerOf(challenge.issue(page, 2, 100, NOW, draw), 'proof')
    const response = await send(challenge, { form: { token }, headers: NAVIGATION, score: 100 })
    const html = await response.text()
    expect([html.includes(`,${least}]]`), html.includes(`,${most}]]`)]).toEqual([false, true])
  })

  it('leads people back where nothing is known of what was asked', async () => {
    const challenge = openChallenge()
    const lost = await send(challenge, { form: { token: 'x', returnTo: '/shop' }, headers: NAVIGATION })
    expect([lost.status, lost.headers.get('location'), lost.headers.get('set-cookie')]).toEqual([
      303,
      '/shop',
      null,
    ])
    const nowhere = await send(challenge, {
      form: { token: 'x', returnTo: '//evil.example' },
      headers: NAVIGATION,
    })
    expect([nowhere.status, nowhere.headers.get('location')]).toEqual([400, null])
  })

  it('never takes a cookie away', async () => {
    const challenge = openChallenge()
    for (const headers of [SCRIPT, NAVIGATION])
      for (const token of ['x', offerOf(challenge.issue(page, 2, 0, NOW, draw), 'proof').token])
        expect((await send(challenge, { form: { token }, headers })).headers.get('set-cookie')).toBeNull()
  })
})

describe('content', () => {
  const challenge = openChallenge()

  test('that breaks off is no solution, and no error', async () => {
    const response = await send(challenge, {
      length: '40',
      text: () => Promise.reject(new Error('the client left')),
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ rule: 'route.challenge', code: 'malformed' })
  })

  test('that does not come is not waited for', async () => {
    const timer: Timer = (ms, fire) => {
      expect(ms).toBe(10_000)
      queueMicrotask(fire)
      return () => {}
    }
    const response = await send(challenge, { length: '40', text: () => new Promise(() => {}), timer })
    expect(response.status).toBe(408)
    expect(await response.json()).toMatchObject({ rule: 'route.challenge' })
  })

  test.each<[string, Sent]>([
    ['without a length', { length: '' }],
    ['of no length', { length: '0' }],
    ['of a length that is no number', { length: 'many' }],
    ['that is too long', { length: '262145' }],
    ['of another type', { length: '40', type: 'application/json' }],
  ])('%s is not read', async (_, sent) => {
    const text = (): Promise<string> => {
      throw new Error('read')
    }
    expect((await send(challenge, { ...sent, text })).status).toBe(400)
  })

  test.each([
    ['without a token', 'solution=1'],
    ['with a token that is too long', `token=${'a'.repeat(2049)}`],
    ['that is long for no reason', `token=a&x=${'a'.repeat(20_000)}`],
    ['that is long and does not begin with a token', `x=1&token=a&body=${'a'.repeat(20_000)}`],
  ])('%s is no solution', async (_, text) => {
    const response = await send(challenge, { length: String(text.length), text: async () => text })
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'malformed' }),
    ])
  })

  test('with parameters of its type is read, once, and the first of two fields counts', async () => {
    let reads = 0
    const form = proofForm(challenge.issue(page, 2, 0, NOW, draw))
    const text = `${encode({ ...form })}&token=2`
    const response = await send(challenge, {
      length: String(text.length),
      type: 'Application/X-WWW-Form-Urlencoded; charset=utf-8',
      text: async () => {
        reads++
        return text
      },
    })
    expect([response.status, reads]).toEqual([204, 1])
  })

  test('is sent with POST', async () => {
    const response = await send(challenge, { change: { method: 'PUT' } })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST'])
  })
})
