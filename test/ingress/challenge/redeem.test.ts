import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { RequestFacts } from '../../../src/http/facts.ts'
import type { Challenge } from '../../../src/ingress/challenge/challenge.ts'
import type { Provider, ProviderQuestion } from '../../../src/ingress/challenge/provider.ts'
import type { FactsChange } from '../../http/facts.ts'
import {
  climb,
  createRequest,
  draw,
  MODEL,
  NOW,
  offerOf,
  openChallenge,
  proofForm,
  SECRET,
  SIX,
  STRANGERS,
  solve,
} from './challenge-world.ts'

const facts = createRequest()
const why = async (
  challenge: Challenge,
  from: RequestFacts,
  form: { token: string },
  now = NOW,
): Promise<string> => {
  const redeemed = await challenge.redeem(from, form, now)
  return redeemed.ok ? 'ok' : redeemed.why
}

describe('a solution', () => {
  it('of work gives level 2, whatever lighter was asked for', async () => {
    const challenge = openChallenge()
    const redeemed = await challenge.redeem(facts, proofForm(challenge.issue(facts, 1, 0, NOW, draw)), NOW)
    expect(redeemed).toMatchObject({ ok: true, level: 2, returnTo: '/page' })
  })

  it('is taken once', async () => {
    const challenge = openChallenge()
    const form = proofForm(challenge.issue(facts, 2, 0, NOW, draw))
    const all = await Promise.all(Array.from({ length: 50 }, () => why(challenge, facts, form)))
    expect(all.toSorted()).toEqual(['ok', ...new Array(49).fill('spent')])
    expect(challenge.stats).toMatchObject({ solved: 1, failed: { spent: 49 } })
  })

  it('is not taken after five minutes, nor from the future', async () => {
    const challenge = openChallenge()
    const form = proofForm(challenge.issue(facts, 2, 0, NOW, draw))
    expect(await why(challenge, facts, form, NOW + 300_000)).toBe('expired')
    expect(await why(challenge, facts, form, NOW - 61_000)).toBe('expired')
    // Our own clocks may be apart.
    expect(await why(challenge, facts, form, NOW - 59_000)).toBe('ok')
  })

  it.each(STRANGERS)('is not taken from %s', async (_, change) => {
    const challenge = openChallenge()
    const form = proofForm(challenge.issue(facts, 2, 0, NOW, draw))
    expect(await why(challenge, createRequest(change), form)).toBe('elsewhere')
    expect(await why(challenge, facts, form)).toBe('ok')
  })

  it('is not taken at another site, nor by another edge', async () => {
    const challenge = openChallenge()
    const form = proofForm(challenge.issue(facts, 2, 0, NOW, draw))
    expect(await why(challenge, createRequest({ host: 'other.example' }), form)).toBe('forged')
    const other = openChallenge({ secrets: [new Uint8Array(32).fill(8)] })
    expect(await why(other, facts, form)).toBe('forged')
  })

  it('is taken while the key is known, and not after', async () => {
    const form = proofForm(openChallenge().issue(facts, 2, 0, NOW, draw))
    const next = new Uint8Array(32).fill(9)
    expect(await why(openChallenge({ secrets: [next, SECRET] }), facts, form)).toBe('ok')
    expect(await why(openChallenge({ secrets: [next] }), facts, form)).toBe('forged')
  })

  it('may come over the other family of addresses than the page, and clears both', async () => {
    const challenge = openChallenge()
    const redeemed = await challenge.redeem(
      createRequest(SIX),
      proofForm(challenge.issue(facts, 2, 0, NOW, draw)),
      NOW,
    )
    const cookie = redeemed.ok ? redeemed.cookie : ''
    for (const change of [{}, SIX])
      expect(challenge.isCleared(createRequest(change, cookie), NOW, 2)).toBe(true)
  })

  it.each([
    '',
    '1.2.3',
    `${'0.'.repeat(15)}x`,
    '-1',
    '007',
    '1e3',
    `${'9'.repeat(13)}${'.0'.repeat(15)}`,
    '0'.repeat(5000),
  ])('is wrong: %j', async (solution) => {
    const challenge = openChallenge()
    const { token } = offerOf(challenge.issue(facts, 2, 0, NOW, draw), 'proof')
    expect(await challenge.redeem(facts, { token, solution }, NOW)).toMatchObject({
      ok: false,
      why: 'unsolved',
    })
  })

  it('is wrong when one of the sixteen numbers is', async () => {
    const challenge = openChallenge()
    const { token, bits } = offerOf(challenge.issue(facts, 3, 0, NOW, draw), 'proof')
    const numbers = solve(token, bits).split('.')
    for (let i = 0; i < 16; i++) {
      const text = (n: number): string => createHash('sha256').update(`${token}:${i}:${n}`).digest('hex')
      let bad = Number(numbers[i]) + 1
      while (/^0[0-3]/.test(text(bad))) bad++
      const solution = numbers.with(i, String(bad)).join('.')
      expect(await challenge.redeem(facts, { token, solution }, NOW)).toMatchObject({ why: 'unsolved' })
    }
  })

  it('of one challenge is none of another, and none of a harder one', async () => {
    const challenge = openChallenge()
    const easy = offerOf(challenge.issue(facts, 2, 0, NOW, draw), 'proof')
    const hard = offerOf(challenge.issue(facts, 3, 0, NOW, draw), 'proof')
    const solution = solve(easy.token, easy.bits)
    expect(await challenge.redeem(facts, { token: hard.token, solution }, NOW)).toMatchObject({
      why: 'unsolved',
    })
  })

  it('that nobody can say whether it is new gives five minutes, which are not renewed', async () => {
    const challenge = openChallenge({ spend: async () => 'unknown' })
    const cookie = await climb(challenge, 2)
    expect(cookie).toContain('Max-Age=300;')
    const later = NOW + 299_000
    expect(challenge.isCleared(createRequest({}, cookie), later, 2)).toBe(true)
    expect(challenge.renewal(createRequest({}, cookie), later)).toBeUndefined()
    expect(challenge.stats.unknown).toBe(1)
  })

  it('asks nobody whether it is new unless all else is right', async () => {
    const asked: string[] = []
    const challenge = openChallenge({
      spend: async (id, expires) => {
        asked.push(`${id.length} ${expires - NOW / 1000}`)
        return 'first'
      },
    })
    const form = proofForm(challenge.issue(facts, 2, 0, NOW, draw))
    await challenge.redeem(facts, { ...form, solution: '1' }, NOW)
    await challenge.redeem(createRequest({ address: '198.51.100.1' }), form, NOW)
    await challenge.redeem(facts, form, NOW + 300_000)
    expect(asked).toEqual([])
    await challenge.redeem(facts, form, NOW)
    expect(asked).toEqual(['22 300'])
  })
})

describe('a wait', () => {
  it('is over when it is over', async () => {
    const challenge = openChallenge()
    const { token, seconds } = offerOf(challenge.issue(facts, 1, 0, NOW, draw), 'wait')
    const early = await challenge.redeem(facts, { token }, NOW + 1000)
    expect(early).toMatchObject({ ok: false, why: 'early', wait: seconds * 1000 - 1000 })
    const redeemed = await challenge.redeem(facts, { token }, NOW + seconds * 1000)
    expect(redeemed).toMatchObject({ ok: true, level: 1 })
  })

  it('is no work: what it gives satisfies nothing above level 1', async () => {
    const challenge = openChallenge()
    const request = createRequest({}, await climb(challenge, 1))
    expect(([1, 2, 3] as const).map((level) => challenge.isCleared(request, NOW + 5000, level))).toEqual([
      true,
      false,
      false,
    ])
  })
})

describe('a token', () => {
  it('that was changed anywhere is refused', async () => {
    const challenge = openChallenge()
    const tokens = ([1, 2, 3] as const).flatMap((level) =>
      challenge.issue(facts, level, 50, NOW, draw).offers.map(({ token }) => Buffer.from(token, 'base64url')),
    )
    const change = fc.oneof(
      // Any bytes to any others.
      fc.record({ at: fc.nat(71), bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }) }),
      // A field of one token in another.
      fc.record({ at: fc.nat(71), from: fc.nat(3), length: fc.integer({ min: 1, max: 60 }) }),
      // Level, method and amount as one likes.
      fc.record({ at: fc.constantFrom(8, 9, 10, 11), bytes: fc.uint8Array({ minLength: 1, maxLength: 1 }) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.nat(3), change, async (which, made) => {
        const original = tokens[which] ?? Buffer.alloc(0)
        const changed = Buffer.from(original)
        const bytes =
          'bytes' in made
            ? made.bytes
            : (tokens[made.from] ?? original).subarray(made.at, made.at + made.length)
        changed.set(bytes.subarray(0, 72 - made.at), made.at)
        fc.pre(!tokens.some((token) => token.equals(changed)))
        const redeemed = await challenge.redeem(facts, { token: changed.toString('base64url') }, NOW + 5000)
        expect(redeemed.ok ? 'ok' : redeemed.why).toMatch(/^(?:forged|malformed)$/)
      }),
      { numRuns: 10_000 },
    )
  })

  it('is not one: of any length, in any alphabet', async () => {
    const challenge = openChallenge()
    const { token } = offerOf(challenge.issue(facts, 1, 0, NOW, draw), 'wait')
    for (const text of [
      '',
      '1',
      token.slice(1),
      `${token}A`,
      `${token}\n`,
      `${token.slice(0, -1)}=`,
      'a'.repeat(100_000),
    ])
      expect(await why(challenge, facts, { token: text }, NOW + 5000)).toBe('malformed')
  })

  it('says what may be asked again, but only when it is ours', async () => {
    const challenge = openChallenge()
    const issued = challenge.issue(facts, 2, 100, NOW, draw, { body: 'a=1' })
    const { token, bits } = offerOf(issued, 'proof')
    const form = { token, returnTo: issued.returnTo, body: 'a=1' }
    const late = await challenge.redeem(facts, form, NOW + 999_000)
    expect(late).toEqual({
      ok: false,
      why: 'expired',
      again: { level: 2, bits, returnTo: '/page', body: 'a=1' },
    })
    expect(
      await challenge.redeem(
        facts,
        { ...form, token: `${token.slice(0, 95)}${token.endsWith('A') ? 'B' : 'A'}` },
        NOW,
      ),
    ).not.toHaveProperty('again')
  })
})

describe('who is cleared', () => {
  it.each<[string, { returnTo?: string; body?: string }, object]>([
    [
      'goes back with what it had sent',
      { returnTo: '/page', body: 'a=1' },
      { returnTo: '/page', body: 'a=1' },
    ],
    ['never sends what it had not', { returnTo: '/page', body: 'a=2' }, { returnTo: '/page' }],
    ['never goes where it was not', { returnTo: '/other', body: 'a=1' }, { returnTo: '/' }],
    ['never goes to another site', { returnTo: '//evil.example' }, { returnTo: '/' }],
    ['goes somewhere in any case', {}, { returnTo: '/' }],
  ])('%s', async (_, change, expected) => {
    const challenge = openChallenge()
    const issued = challenge.issue(facts, 2, 0, NOW, draw, { body: 'a=1' })
    const { token, solution = '' } = proofForm(issued)
    const redeemed = await challenge.redeem(facts, { token, solution, ...change }, NOW)
    expect(redeemed).toEqual({ ok: true, level: 2, cookie: expect.any(String), ...expected })
  })
})

describe('an answer of a service', () => {
  const provider = { kind: 'turnstile', sitekey: 'site-1' } as const
  const open = (answer: 'passed' | 'refused' | 'down', asked: ProviderQuestion[] = []): Challenge => {
    const port: Provider = {
      isDown: () => false,
      async check(question) {
        asked.push(question)
        return answer
      },
    }
    return openChallenge({ model: { ...MODEL, provider }, providers: () => port })
  }

  it('is asked about with site, key and challenge, and gives level 3', async () => {
    const asked: ProviderQuestion[] = []
    const challenge = open('passed', asked)
    const { token } = offerOf(challenge.issue(facts, 3, 0, NOW, draw), 'turnstile')
    const redeemed = await challenge.redeem(facts, { token, response: 'r' }, NOW)
    expect(redeemed).toMatchObject({ ok: true, level: 3 })
    expect(asked).toEqual([{ response: 'r', token, sitekey: 'site-1', host: 'app.example' }])
  })

  it.each([
    ['refused', 'refused'],
    ['down', 'unavailable'],
  ] as const)('that is %s lets nobody in', async (answer, expected) => {
    const challenge = open(answer)
    const { token } = offerOf(challenge.issue(facts, 3, 0, NOW, draw), 'turnstile')
    expect(await challenge.redeem(facts, { token, response: 'r' }, NOW)).toMatchObject({
      ok: false,
      why: expected,
    })
  })

  it('that is missing or too long is not asked about, nor one where the service is gone', async () => {
    const asked: ProviderQuestion[] = []
    const challenge = open('passed', asked)
    const { token } = offerOf(challenge.issue(facts, 3, 0, NOW, draw), 'turnstile')
    for (const response of ['', 'r'.repeat(2049), 'r r', 'r\0', 'é'])
      expect(await challenge.redeem(facts, { token, response }, NOW)).toMatchObject({ why: 'unsolved' })
    expect(await openChallenge().redeem(facts, { token, response: 'r' }, NOW)).toMatchObject({
      why: 'unavailable',
    })
    expect(asked).toEqual([])
  })
})

test('an answer of hCaptcha may be longer than one of Turnstile', async () => {
  const port: Provider = { isDown: () => false, check: async () => 'passed' }
  const provider = { kind: 'hcaptcha', sitekey: 'site-1' } as const
  const challenge = openChallenge({ model: { ...MODEL, provider }, providers: () => port })
  const { token } = offerOf(challenge.issue(facts, 3, 0, NOW, draw), 'hcaptcha')
  const redeem = (length: number) => challenge.redeem(facts, { token, response: 'r'.repeat(length) }, NOW)
  expect(await redeem(8193)).toMatchObject({ why: 'unsolved' })
  expect(await redeem(8192)).toMatchObject({ ok: true, level: 3 })
})

test('whatever is sent is answered without an error', async () => {
  const challenge = openChallenge()
  const texts = fc.uint16Array({ maxLength: 100 }).map((units) => String.fromCharCode(...units))
  const form = fc.record(
    { token: texts, solution: texts, response: texts, returnTo: texts, body: texts },
    { requiredKeys: ['token'] },
  )
  const change: FactsChange = {}
  await fc.assert(
    fc.asyncProperty(form, async (sent) => {
      expect((await challenge.redeem(createRequest(change), sent, NOW)).ok).toBe(false)
    }),
  )
})
