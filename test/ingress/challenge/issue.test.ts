import { describe, expect, it, test } from 'vitest'
import type { Provider } from '../../../src/ingress/challenge/provider.ts'
import type { FactsChange } from '../../http/facts.ts'
import { createRequest, draw, MODEL, NOW, offerOf, openChallenge } from './challenge-world.ts'

const challenge = openChallenge()
const issue = (level: 1 | 2 | 3, score = 0, change: FactsChange = {}) =>
  challenge.issue(createRequest(change), level, score, NOW, draw)

describe('what is offered', () => {
  it('for level 1 is work, and a wait for who runs no scripts', () => {
    const { level, offers } = issue(1)
    expect([level, ...offers.map(({ method }) => method)]).toEqual([1, 'proof', 'wait'])
    expect(offerOf(issue(1), 'wait').seconds).toBe(MODEL.wait)
  })

  it('for level 2 and above is nothing that needs no work', () => {
    for (const level of [2, 3] as const)
      expect(issue(level).offers.map(({ method }) => method)).toEqual(['proof'])
  })

  it('is a token that can stand in a URL and in HTML as it is', () => {
    for (const { token } of issue(1).offers) expect(token).toMatch(/^[A-Za-z0-9_-]{96}$/)
  })

  it('is another token each time', () => {
    const tokens = Array.from({ length: 100 }, () => issue(1).offers.map(({ token }) => token)).flat()
    expect(new Set(tokens).size).toBe(200)
  })
})

describe('the work', () => {
  const bits = (level: 1 | 2 | 3, score: number, change: FactsChange = {}): number =>
    offerOf(issue(level, score, change), 'proof').bits

  it('grows with the score from the first band that asks', () => {
    expect([0, 25, 43, 62, 81, 100].map((score) => bits(2, score))).toEqual([2, 2, 3, 4, 5, 6])
  })

  it('is most where it stands for a person', () => {
    expect(bits(3, 0)).toBe(6)
  })

  it('is the same where a wait would do, as its solution is worth the same', () => {
    for (const score of [0, 25, 62, 100]) expect(bits(1, score)).toBe(bits(2, score))
  })

  it.each<[string, FactsChange]>([
    ['that say so', { headers: [['sec-ch-ua-mobile', '?1']] }],
    ['by their User-Agent', { headers: [['user-agent', 'Mozilla/5.0 (iPhone) Mobile/15E148 Safari/604.1']] }],
  ])('is a quarter for phones %s', (_, change) => {
    expect(bits(3, 0, change)).toBe(4)
  })

  it('does not get easier by failing', () => {
    const again = challenge.issue(createRequest(), 2, 0, NOW, draw, { bits: 5 })
    expect(offerOf(again, 'proof').bits).toBe(5)
  })
})

describe('the interactive step', () => {
  const provider = { kind: 'turnstile', sitekey: 'site-1' } as const
  const port = (isDown: boolean): Provider => ({ isDown: () => isDown, check: async () => 'refused' })

  it('is what the service that is configured offers', () => {
    const open = openChallenge({ model: { ...MODEL, provider }, providers: () => port(false) })
    const { level, offers } = open.issue(createRequest(), 3, 0, NOW, draw)
    expect([level, offers]).toEqual([
      3,
      [{ method: 'turnstile', sitekey: 'site-1', token: expect.any(String) }],
    ])
  })

  it.each([
    ['is away', () => port(true)],
    ['has no secret here', () => undefined],
  ])('is the hardest work when the service %s', (_, providers) => {
    const open = openChallenge({ model: { ...MODEL, provider }, providers })
    const { level, offers } = open.issue(createRequest(), 3, 0, NOW, draw)
    expect([level, offers]).toEqual([3, [{ method: 'proof', bits: 6, token: expect.any(String) }]])
  })
})

test.each<[string, FactsChange, string | undefined, string]>([
  ['the path and query of the request', { target: '/a/b?c=d' }, undefined, '/a/b?c=d'],
  ['what the caller says', { target: '/.sallyport/challenge' }, '/shop?x', '/shop?x'],
  ['the root for the challenge itself', { target: '/.sallyport/challenge?level=2' }, undefined, '/'],
  ['this site, whatever the caller says', { target: '/a' }, '//evil.example/', '/a'],
  ['the root for a path that is too long', { target: `/${'a'.repeat(2048)}` }, undefined, '/'],
])('the way back is %s', (_, change, returnTo, expected) => {
  const intent = returnTo === undefined ? {} : { returnTo }
  expect(challenge.issue(createRequest(change), 1, 0, NOW, draw, intent).returnTo).toBe(expected)
})
