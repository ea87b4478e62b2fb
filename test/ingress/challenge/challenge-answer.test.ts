import { gzipSync } from 'node:zlib'
import { describe, expect, it, test } from 'vitest'
import type { ChallengeKind, Decision } from '../../../src/http/decision.ts'
import { type ChallengeMoment, challengeAnswer } from '../../../src/ingress/challenge/challenge-answer.ts'
import { createFacts, type FactsChange } from '../../http/facts.ts'
import { createMoment, MODEL, openChallenge } from './open-challenge.ts'
import { REQUEST_KINDS } from './request-kinds.ts'

const challenge = openChallenge()
const NAVIGATION = ['sec-fetch-mode', 'navigate'] as const
const DECISION: Decision = {
  action: 'challenge',
  stage: 'rules',
  rule: 'rules.careful',
  reason: 'A rule asks this client for a challenge.',
  mode: 'enforce',
  status: 403,
  challenge: 'managed_challenge',
}

function ask(change: FactsChange, moment: Partial<ChallengeMoment> = {}, kind?: ChallengeKind) {
  const decision = kind ? { ...DECISION, challenge: kind } : DECISION
  return challengeAnswer(decision, createFacts(change), createMoment(moment), challenge)
}

const FORM = [
  NAVIGATION,
  ['content-type', 'application/x-www-form-urlencoded'],
  ['sec-fetch-site', 'same-origin'],
] as const

async function post(headers: FactsChange['headers'], content: string | undefined, reads: string[] = []) {
  const readForm = () => {
    reads.push('read')
    return Promise.resolve(content)
  }
  return ask({ method: 'POST', hasBody: true, headers: headers ?? [], target: '/buy?id=1' }, { readForm })
}

describe('only a navigation gets HTML', () => {
  it.each(REQUEST_KINDS)('$name', async ({ change, kind }) => {
    const { status, headers, body } = await ask(change)
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'sallyport-mitigated': 'challenge',
      'sallyport-request-id': 'request-1',
      'x-content-type-options': 'nosniff',
    })
    expect(status).toBe(kind === 'prefetch' ? 503 : 403)
    if (kind === 'page') {
      expect(headers['content-type']).toBe('text/html; charset=utf-8')
      return
    }
    expect(headers['content-type']).toBe('application/problem+json')
    expect(body).not.toMatch(/<[a-z!]/i)
    expect(JSON.parse(body)).toMatchObject({
      type: 'urn:sallyport:rule:rules.careful',
      status: kind === 'prefetch' ? 503 : 403,
      request_id: 'request-1',
      level: 1,
      challenge_url: '/.sallyport/challenge?level=1',
    })
  })
})

test('the problem document names the level that the decision asks for', async () => {
  for (const [kind, level] of [
    ['managed_challenge', 1],
    ['js_challenge', 2],
    ['challenge', 3],
  ] as const)
    expect(JSON.parse((await ask({}, {}, kind)).body).level).toBe(level)
})

test('the operator chooses the status of the page; a problem document is never a 200', async () => {
  const model = { ...MODEL, status: 200 } as const
  expect((await ask({ headers: [NAVIGATION] }, { model })).status).toBe(200)
  expect((await ask({}, { model })).status).toBe(403)
  expect((await ask({}, { model: { ...MODEL, status: 429 } })).status).toBe(429)
})

describe('the page', () => {
  it('lets nothing run, load, frame or send but itself', async () => {
    const { headers } = await ask({ headers: [NAVIGATION] })
    const nonce = /nonce-([^']+)/.exec(headers['content-security-policy'] ?? '')?.[1]
    expect(headers['content-security-policy']?.split('; ').sort()).toEqual(
      [
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        'form-action http: https:',
        "frame-ancestors 'none'",
        `script-src 'nonce-${nonce}'`,
        `style-src 'nonce-${nonce}'`,
        'worker-src blob:',
      ].sort(),
    )
  })

  it('is shown in a frame where the site itself frames it, or says that others may', async () => {
    const ancestors = async (dest: string, same_site: 'lax' | 'none') => {
      const change = { headers: [NAVIGATION, ['sec-fetch-dest', dest]] } as const
      const { headers } = await ask(change, { model: { ...MODEL, same_site } })
      return /frame-ancestors '(\w+)'/.exec(headers['content-security-policy'] ?? '')?.[1]
    }
    expect(await ancestors('document', 'lax')).toBe('none')
    expect(await ancestors('document', 'none')).toBe('none')
    expect(await ancestors('iframe', 'lax')).toBe('self')
    expect(await ancestors('iframe', 'none')).toBeUndefined()
  })

  it('holds of the request nothing but the way back, escaped', async () => {
    const { body, headers } = await ask({
      target: `/a'b?c="><script>alert(1)</script>`,
      host: 'evil.example',
      headers: [NAVIGATION, ['user-agent', 'Secret/1'], ['cookie', 'session=swordfish']],
    })
    expect(body).not.toMatch(/evil\.example|Secret|swordfish|alert\(1\)<|rules\.careful/)
    expect(body).toContain('data-return="/a&#39;b?c=%22%3E%3Cscript%3Ealert(1)%3C/script%3E"')
    expect(body.match(/<script[^>]*>/g)).toHaveLength(1)
    expect(JSON.stringify(headers)).not.toMatch(/alert|evil/)
  })

  it('is less than 15 KB on the wire, in any language', async () => {
    for (const language of ['en', 'ru', 'ja', 'ar']) {
      const { body } = await ask({ headers: [NAVIGATION, ['accept-language', language]] })
      expect(gzipSync(body).length).toBeLessThan(15_000)
    }
  })

  it('speaks the language of the browser, from the side it is read from', async () => {
    const { body } = await ask({ headers: [NAVIGATION, ['accept-language', 'ar-EG,ar;q=0.9,en;q=0.8']] })
    expect(body).toContain('<html lang="ar" dir="rtl">')
  })

  it('offers a wait without JavaScript where that will do, and says where it will not', async () => {
    const light = (await ask({ headers: [NAVIGATION] })).body
    expect(light).toContain('up to 5 seconds')
    expect(light).toContain('<button>Continue</button>')
    const hard = (await ask({ headers: [NAVIGATION] }, {}, 'js_challenge')).body
    expect(hard).toContain('This check needs JavaScript')
    expect(hard).toContain('request-1')
    expect(hard).not.toContain('<button>Continue</button>')
  })

  it.each([
    ['turnstile', 'https://challenges.cloudflare.com', false],
    ['hcaptcha', 'https://hcaptcha.com https://*.hcaptcha.com', true],
  ] as const)('lets in %s where that is to be asked, and only then', async (kind, sources, isInPage) => {
    const asked = { isDown: () => false, check: () => Promise.resolve('passed' as const) }
    const interactive = openChallenge({ provider: { kind, sitekey: '1x0' } }, () => asked)
    const page = await challengeAnswer(
      { ...DECISION, challenge: 'challenge' },
      createFacts({ headers: [NAVIGATION] }),
      createMoment(),
      interactive,
    )
    const directives = new Map(
      page.headers['content-security-policy']?.split('; ').map((text) => {
        const [name = '', ...values] = text.split(' ')
        return [name, values.filter((value) => !value.startsWith("'")).join(' ')]
      }),
    )
    expect(directives.get('script-src')).toBe(sources)
    expect(directives.get('frame-src')).toBe(sources)
    expect(directives.get('style-src')).toBe(isInPage ? sources : '')
    expect(directives.get('connect-src')).toBe(isInPage ? sources : '')
    expect(page.headers['referrer-policy']).toBe('strict-origin')
    expect(page.body).toContain('1x0')
    const other = await ask({ headers: [NAVIGATION] })
    expect(other.headers['content-security-policy']).not.toContain('https://')
  })
})

describe('what a form has sent', () => {
  it('is kept in the page, and nothing but that', async () => {
    const { body, headers } = await post([...FORM, ['cookie', 'session=swordfish']], 'a=%22%3E%3Cb%3E&c=d')
    expect(body).toContain('<input type="hidden" name="body" value="a=%22%3E%3Cb%3E&#38;c=d">')
    expect(body).toContain('data-end="resend"')
    expect(body).toContain('is kept and is sent again')
    expect(body).not.toContain('swordfish')
    expect(headers['cache-control']).toBe('no-store')
  })

  it('is neither read nor kept when another site has sent it', async () => {
    const reads: string[] = []
    for (const site of ['cross-site', 'same-site', 'none']) {
      const headers = [...FORM.slice(0, 2), ['sec-fetch-site', site]] as const
      const { body } = await post(headers, 'to=mallory', reads)
      expect(body).not.toContain('mallory')
      expect(body).not.toContain('name="body"')
      expect(body).toContain('data-end="return"')
      expect(body).toContain('was not taken')
      expect(body).toContain('data-return="/buy?id=1"')
    }
    expect(reads).toEqual([])
  })

  it('is said to be lost when it cannot be kept', async () => {
    for (const content of [undefined, '', 'a=%00', 'x'.repeat(70_000)])
      expect((await post(FORM, content)).body).toContain('was not taken')
    const multipart = [NAVIGATION, ['content-type', 'multipart/form-data; boundary=x'], FORM[2]] as const
    expect((await post(multipart, 'a=b')).body).toContain('was not taken')
    expect((await ask({ method: 'POST', hasBody: true, headers: FORM })).body).toContain('was not taken')
  })

  it('takes a page of its size, and no placeholder in it is filled', async () => {
    const content = `a=${'%7B%7Bnonce%7D%7D'.repeat(10)}`
    expect((await post(FORM, content)).body).toContain(content)
    const largest = `a=${'x'.repeat(65_534)}`
    expect((await post(FORM, largest)).body).toContain(largest)
  })
})
