import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { createChallenge, TOKEN_LIFE } from '../../../src/ingress/challenge/challenge.ts'
import { CLEARANCE_LIFE } from '../../../src/ingress/challenge/clearance.ts'
import { DIFFICULTY } from '../../../src/ingress/challenge/proof.ts'
import { createFacts, type FactsChange } from '../../http/facts.ts'

const NOW = 1_795_000_000_000
const SECRET = new Uint8Array(16).fill(7)
const challenge = createChallenge(SECRET)

const AGENT = ['user-agent', 'Browser/1'] as const
const CLIENT: FactsChange = { address: '192.0.2.1', headers: [AGENT] }
const facts = createFacts(CLIENT)

function solve(token: string, bits: number): string {
  for (let n = 0; ; n++) {
    const hash = createHash('sha256').update(`${token}:${n}`).digest()
    if (hash.readUInt32BE(0) >>> (32 - bits) === 0) return String(n)
  }
}

const issued = challenge.issue(facts, 'js_challenge', 'salt-salt-salt-salt', NOW)
const solution = solve(issued.token, issued.bits)

/** A request with the cookie that Set-Cookie gave. */
function withCookie(setCookie: string, change: FactsChange = {}) {
  const cookie = ['cookie', setCookie.split(';')[0] ?? ''] as const
  return createFacts({ ...CLIENT, ...change, headers: [...(change.headers ?? [AGENT]), cookie] })
}

function clearance(): string {
  const redeemed = challenge.redeem(facts, issued.token, solution, NOW)
  if (!redeemed.ok) throw new Error(redeemed.why)
  return redeemed.cookie
}

describe('a solved challenge', () => {
  it('gives a clearance for half an hour', () => {
    const cookie = clearance()
    expect(cookie).toMatch(
      /^__Host-sallyport-clearance=1\.[0-9a-z]+\.[0-9a-f]{32}; Path=\/; Max-Age=1800; HttpOnly; SameSite=Lax; Secure$/,
    )
    expect(challenge.isCleared(withCookie(cookie), NOW)).toBe(true)
    expect(challenge.isCleared(withCookie(cookie), NOW + CLEARANCE_LIFE * 1000 - 1)).toBe(true)
  })

  it('gives one with a bare name on plain http', () => {
    const plain: FactsChange = { ...CLIENT, scheme: 'http' }
    const { token, bits } = challenge.issue(createFacts(plain), 'js_challenge', 'x', NOW)
    const redeemed = challenge.redeem(createFacts(plain), token, solve(token, bits), NOW)
    expect(redeemed).toMatchObject({ ok: true, cookie: expect.stringMatching(/^sallyport-clearance=/) })
    expect(redeemed.ok && redeemed.cookie).not.toContain('Secure')
    if (redeemed.ok) expect(challenge.isCleared(withCookie(redeemed.cookie, plain), NOW)).toBe(true)
  })

  it('is good in the whole network of the client', () => {
    expect(challenge.isCleared(withCookie(clearance(), { address: '192.0.2.254' }), NOW)).toBe(true)
    const six = { ...CLIENT, address: '2001:db8:0:1::1' }
    const { token, bits } = challenge.issue(createFacts(six), 'js_challenge', 'x', NOW)
    const redeemed = challenge.redeem(
      createFacts({ ...six, address: '2001:db8:0:1:f::2' }),
      token,
      solve(token, bits),
      NOW,
    )
    expect(redeemed.ok).toBe(true)
  })

  it('is harder the more the rule asks for', () => {
    const bits = (['js_challenge', 'managed_challenge', 'challenge'] as const).map(
      (kind) => challenge.issue(facts, kind, 'x', NOW).bits,
    )
    expect(bits).toEqual([...bits].sort((a, b) => a - b))
    expect(bits).toEqual([DIFFICULTY.js_challenge, DIFFICULTY.managed_challenge, DIFFICULTY.challenge])
  })
})

describe('a solution is refused', () => {
  const redeem = (token: string, answer: string, change: FactsChange = {}, now = NOW) =>
    challenge.redeem(createFacts({ ...CLIENT, ...change }), token, answer, now)

  it('after its time, and before it', () => {
    expect(redeem(issued.token, solution, {}, NOW + TOKEN_LIFE * 1000)).toEqual({ ok: false, why: 'expired' })
    expect(redeem(issued.token, solution, {}, NOW - 1000)).toEqual({ ok: false, why: 'expired' })
  })

  it.each<[string, FactsChange]>([
    ['another network', { address: '192.0.3.1' }],
    ['another family', { address: '2001:db8::1' }],
    ['another program', { headers: [['user-agent', 'Browser/2']] }],
    ['no program', { headers: [] }],
    ['another site', { host: 'other.example' }],
  ])('from %s', (_, change) => {
    expect(redeem(issued.token, solution, change)).toEqual({ ok: false, why: 'forged' })
  })

  it('when another edge made the challenge', () => {
    const other = createChallenge(new Uint8Array(16).fill(8))
    expect(other.redeem(facts, issued.token, solution, NOW)).toEqual({ ok: false, why: 'forged' })
  })

  it('when the challenge was made easier, longer or another by hand', () => {
    const [version, expires, bits, salt, code] = issued.token.split('.')
    for (const token of [
      [version, expires, '1', salt, code],
      [version, (NOW / 1000 + 9999).toString(36), bits, salt, code],
      [version, expires, bits, 'other', code],
    ].map((parts) => parts.join('.'))) {
      expect(redeem(token, solve(token, 8))).toEqual({ ok: false, why: 'forged' })
    }
  })

  it('when it solves a lighter challenge, or another one', () => {
    const hard = challenge.issue(facts, 'challenge', 'salt-salt-salt-salt', NOW)
    let light = Number(solve(hard.token, DIFFICULTY.js_challenge))
    const hash = createHash('sha256').update(`${hard.token}:${light}`).digest()
    if (hash.readUInt32BE(0) >>> (32 - hard.bits) === 0) light = -1
    expect(redeem(hard.token, String(light))).toEqual({ ok: false, why: 'unsolved' })
    expect(redeem(hard.token, solution).ok).toBe(false)
  })

  it.each(['', '-1', '1.5', '1e3', '007', ' 1', '9'.repeat(13), '1\n'])('that is no number: %j', (answer) => {
    expect(redeem(issued.token, answer)).toEqual({ ok: false, why: 'unsolved' })
  })

  it('to what is no challenge, of any length', () => {
    for (const token of ['', '1', issued.token.slice(0, -1), `${issued.token}0`, 'a'.repeat(100_000)]) {
      expect(redeem(token, solution)).toEqual({ ok: false, why: 'malformed' })
    }
  })
})

describe('a clearance is no good', () => {
  it('after its time', () => {
    expect(challenge.isCleared(withCookie(clearance()), NOW + CLEARANCE_LIFE * 1000)).toBe(false)
  })

  it.each<[string, FactsChange]>([
    ['in another network', { address: '192.0.3.1' }],
    ['without an address', { client: { address: undefined } }],
    ['for another program', { headers: [['user-agent', 'Browser/2']] }],
    ['at another site', { host: 'other.example' }],
    ['over plain http', { scheme: 'http' }],
  ])('%s', (_, change) => {
    expect(challenge.isCleared(withCookie(clearance(), change), NOW)).toBe(false)
  })

  it('with any character changed', () => {
    const cookie = clearance().split(';')[0] ?? ''
    const start = cookie.indexOf('=') + 1
    fc.assert(
      fc.property(
        fc.integer({ min: start, max: cookie.length - 1 }),
        fc.constantFrom(...'0123456789abcdefz.'),
        (at, char) => {
          fc.pre(cookie[at] !== char)
          const changed = cookie.slice(0, at) + char + cookie.slice(at + 1)
          expect(challenge.isCleared(withCookie(changed), NOW)).toBe(false)
        },
      ),
    )
  })

  it('when it is the token of a challenge, or a code made for one', () => {
    const [, expires, , , code] = issued.token.split('.')
    for (const value of [issued.token, `1.${expires}.${code}`]) {
      expect(challenge.isCleared(withCookie(`__Host-sallyport-clearance=${value}`), NOW)).toBe(false)
    }
  })
})

test('a clearance is found among other cookies, and beside planted ones of its name', () => {
  const own = clearance().split(';')[0] ?? ''
  const bad = `__Host-sallyport-clearance=1.${'a'.repeat(6)}.${'0'.repeat(32)}`
  const sent = (cookie: string) => createFacts({ ...CLIENT, headers: [AGENT, ['cookie', cookie]] })
  for (const cookie of [`a=b; ${own}; c=d`, `${bad}; ${own}`, `x${bad};${own}`]) {
    expect(challenge.isCleared(sent(cookie), NOW)).toBe(true)
  }
  expect(challenge.isCleared(sent(`x${own}`), NOW)).toBe(false)
  expect(challenge.isCleared(sent(`${`${bad}; `.repeat(5000)}${own}`), NOW)).toBe(false)
  expect(challenge.isCleared(facts, NOW)).toBe(false)
})

test('whatever is sent as a cookie is refused without an error', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      expect(challenge.isCleared(withCookie(`__Host-sallyport-clearance=${text}`), NOW)).toBe(false)
      expect(challenge.redeem(facts, text, text, NOW).ok).toBe(false)
    }),
  )
})
