import { createHash } from 'node:crypto'
import { runInNewContext } from 'node:vm'
import { describe, expect, it, test } from 'vitest'
import type { ChallengeKind, Decision } from '../../../src/http/decision.ts'
import { createChallenge } from '../../../src/ingress/challenge/challenge.ts'
import { challengeAnswer, isPreflight } from '../../../src/ingress/challenge/challenge-answer.ts'
import { PAGE_SCRIPT } from '../../../src/ingress/challenge/page-script.ts'
import { createFacts, type FactsChange } from '../../http/facts.ts'

const NOW = 1_795_000_000_000
const challenge = createChallenge(new Uint8Array(16))
const NAVIGATION = ['sec-fetch-mode', 'navigate'] as const
const DECISION: Decision = {
  action: 'challenge',
  stage: 'rules',
  rule: 'rules.careful',
  reason: 'A rule asks this client for a challenge.',
  mode: 'enforce',
  status: 403,
  challenge: 'js_challenge',
}

function answer(change: FactsChange, kind: ChallengeKind = 'js_challenge') {
  let drawn = 0
  const moment = { requestId: 'request-1', now: NOW, draw: () => `nonce${drawn++}` }
  return challengeAnswer({ ...DECISION, challenge: kind }, createFacts(change), moment, challenge)
}

/** Runs the script of a page as a browser would, with this much of one. */
async function runPage(body: string, options: { status?: number; cookies?: boolean; storage?: object } = {}) {
  const data = /data-token="([^"]*)" data-bits="([^"]*)"/.exec(body)
  const status = { textContent: '' }
  const sent: string[] = []
  let reloads = 0
  const finished = new Promise<void>((resolve) => {
    const elements: Record<string, object> = {
      challenge: { dataset: { token: data?.[1], bits: data?.[2] } },
      status: {
        set textContent(text: string) {
          status.textContent = text
          if (text !== 'Almost done.') resolve()
        },
      },
    }
    runInNewContext(PAGE_SCRIPT, {
      document: { getElementById: (id: string) => elements[id] },
      navigator: { cookieEnabled: options.cookies ?? true },
      sessionStorage: options.storage,
      setTimeout,
      location: {
        reload() {
          reloads++
          resolve()
        },
      },
      async fetch(path: string, init: { method: string; body: string }) {
        sent.push(`${init.method} ${path} ${init.body}`)
        return { ok: (options.status ?? 204) < 300 }
      },
    })
  })
  await finished
  return { sent, reloads, text: status.textContent }
}

describe('the page', () => {
  it('is solved by its own script, and the solution is taken', async () => {
    for (const kind of ['js_challenge', 'managed_challenge'] as const) {
      const facts = { headers: [NAVIGATION] }
      const { sent, reloads } = await runPage(answer(facts, kind).body)
      const [, token = '', solution = ''] =
        /^POST \/\.sallyport\/challenge token=(.*)&solution=(.*)$/.exec(sent[0] ?? '') ?? []
      expect(challenge.redeem(createFacts(facts), token, solution, NOW + 1000)).toMatchObject({ ok: true })
      expect(reloads).toBe(1)
    }
  })

  it('hashes as SHA-256 does, whatever the length of the token', async () => {
    for (let length = 40; length < 140; length += 7) {
      const token = 'x'.repeat(length)
      const { sent } = await runPage(`data-token="${token}" data-bits="9"`)
      const solution = sent[0]?.split('solution=')[1]
      const hash = createHash('sha256').update(`${token}:${solution}`).digest()
      expect(hash.readUInt32BE(0) >>> 23).toBe(0)
    }
  })

  it('says what is wrong instead of trying for ever', async () => {
    const body = 'data-token="x" data-bits="4"'
    expect(await runPage(body, { status: 403 })).toMatchObject({
      reloads: 0,
      text: expect.stringMatching(/again/),
    })
    expect(await runPage(body, { cookies: false })).toMatchObject({
      sent: [],
      text: expect.stringMatching(/cookies/),
    })
    const kept = new Map<string, string>()
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    }
    const runs = []
    for (let i = 0; i < 4; i++) runs.push((await runPage(body, { storage })).reloads)
    expect(runs).toEqual([1, 1, 1, 0])
  })

  it('runs no script but its own and holds nothing of the request', () => {
    const { headers, body, status } = answer({
      target: '/<x>?y',
      host: 'evil.example',
      headers: [NAVIGATION],
    })
    expect(status).toBe(403)
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'nonce-nonce1'; style-src 'nonce-nonce1'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'sallyport-mitigated': 'challenge',
      'sallyport-request-id': 'request-1',
    })
    expect(body.match(/<script[^>]*>/g)).toEqual(['<script nonce="nonce1">'])
    expect(body).not.toMatch(/evil|%3Cx|rules\.careful/)
    expect(body.split('</script>')).toHaveLength(2)
    expect(body).toContain('<noscript>')
  })
})

describe('the answer is the page for a navigation only', () => {
  it.each<[string, FactsChange, boolean]>([
    ['a browser', { headers: [NAVIGATION] }, true],
    ['HEAD', { method: 'HEAD', headers: [NAVIGATION] }, true],
    ['an older browser', { headers: [['accept', 'text/html,application/xhtml+xml,*/*;q=0.8']] }, true],
    [
      'a script of a page',
      {
        headers: [
          ['sec-fetch-mode', 'cors'],
          ['accept', 'text/html'],
        ],
      },
      false,
    ],
    ['an image', { headers: [['sec-fetch-mode', 'no-cors']] }, false],
    ['a form', { method: 'POST', headers: [NAVIGATION, ['accept', 'text/html']] }, true],
    ['a form of an older browser', { method: 'POST', headers: [['accept', 'text/html']] }, true],
    ['a script that posts', { method: 'POST', headers: [['sec-fetch-mode', 'cors']] }, false],
    ['a navigation that is neither', { method: 'PUT', headers: [NAVIGATION] }, false],
    ['an API client', { headers: [['accept', 'application/json']] }, false],
    ['a client that says nothing', {}, false],
  ])('%s', (_, change, isPage) => {
    const { headers, status, body } = answer(change)
    const type = isPage ? 'text/html; charset=utf-8' : 'application/problem+json'
    expect([status, headers['content-type'], headers['sallyport-mitigated']]).toEqual([
      403,
      type,
      'challenge',
    ])
    if (!isPage) expect(JSON.parse(body)).toMatchObject({ rule: 'rules.careful', status: 403 })
  })
})

test('a preflight is known by its two fields', () => {
  const headers = [
    ['origin', 'https://a.example'],
    ['access-control-request-method', 'PUT'],
  ] as const
  expect(isPreflight(createFacts({ method: 'OPTIONS', headers }))).toBe(true)
  expect(isPreflight(createFacts({ method: 'GET', headers }))).toBe(false)
  expect(isPreflight(createFacts({ method: 'OPTIONS', headers: headers.slice(0, 1) }))).toBe(false)
  expect(isPreflight(createFacts({ method: 'OPTIONS' }))).toBe(false)
})
