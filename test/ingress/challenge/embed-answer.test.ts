import { describe, expect, it } from 'vitest'
import type { ChallengeModel } from '../../../src/bundle/bots-model.ts'
import { embedAnswer } from '../../../src/ingress/challenge/embed-answer.ts'
import { createFacts } from '../../http/facts.ts'
import { createMoment, MODEL, openChallenge } from './open-challenge.ts'

const NAVIGATION = [
  ['sec-fetch-mode', 'navigate'],
  ['sec-fetch-dest', 'iframe'],
] as const

function open(
  query = '',
  cleared = 0,
  headers: readonly (readonly [string, string])[] = NAVIGATION,
  change: Partial<ChallengeModel> = {},
) {
  const challenge = openChallenge()
  const facts = createFacts({ target: `/.sallyport/challenge${query}`, headers })
  const issuer = {
    issue: challenge.issue,
    isCleared: (_: unknown, __: number, level: number) => cleared >= level,
  }
  return embedAnswer(facts, createMoment({ model: { ...MODEL, ...change } }), issuer)
}

describe('the challenge as a page of its own', () => {
  it('can be framed by the site and by nobody else', () => {
    const { status, headers, body } = open()
    expect(status).toBe(200)
    expect(headers['content-security-policy']).toContain("frame-ancestors 'self'")
    expect(body).toContain('data-end="tell"')
    expect(body).toContain('data-return="/"')
  })

  it('can be framed below other sites where the site is embedded in them', () => {
    const { headers } = open('', 0, NAVIGATION, { same_site: 'none' })
    expect(headers['content-security-policy']).not.toContain('frame-ancestors')
  })

  it.each([
    ['', 2],
    ['?level=1', 1],
    ['?level=3', 3],
    ['?x&level=3&y', 3],
    ['?level=4', 2],
    ['?level=33', 2],
    ['?xlevel=3', 2],
  ])('with %j asks for level %d', (query, level) => {
    expect(open(query).body).toContain(`data-level="${level}"`)
  })

  it('says so when nothing has to be solved', () => {
    expect(open('?level=2', 2).body).toContain('You can go on')
    expect(open('?level=3', 2).body).toContain('data-offers')
  })

  it('is nothing for a program', () => {
    const { status, headers } = open('', 0, [['accept', '*/*']])
    expect([status, headers['content-type']]).toEqual([406, 'application/problem+json'])
  })
})
