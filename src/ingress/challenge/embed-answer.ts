/**
 * `GET /.sallyport/challenge`: the challenge as a page of its own, which scripts of the site open in a frame.
 * @module
 */
import type { Decision } from '../../http/decision.ts'
import type { RequestFacts } from '../../http/facts.ts'
import { type Answer, problemAnswer } from '../../http/problem.ts'
import type { Challenge } from './challenge.ts'
import { type ChallengeMoment, frameOf } from './challenge-answer.ts'
import type { ChallengeLevel } from './offer.ts'
import { challengePage } from './page/challenge-page.ts'
import { clearedPage } from './page/cleared-page.ts'
import type { PageFrame } from './page/frame-page.ts'
import { requestKind } from './request-kind.ts'

/** `isCleared` tells whether the client needs it at all. */
type EmbedIssuer = Pick<Challenge, 'issue' | 'isCleared'>

const LEVEL = /[?&]level=([123])(?:&|$)/

const NOT_A_PAGE: Decision = {
  action: 'block',
  stage: 'route',
  rule: 'route.challenge',
  reason: 'The challenge is a page: a browser has to show it.',
  mode: 'enforce',
  status: 406,
}

/** With `?level=1` to 3; the middle one without. A client gains nothing by asking for a lower one than it needs. */
export function embedAnswer(facts: RequestFacts, moment: ChallengeMoment, challenge: EmbedIssuer): Answer {
  if (requestKind(facts) !== 'page') return problemAnswer(NOT_A_PAGE, moment.requestId, undefined)
  const level = levelIn(facts.target.query)
  // `frame-ancestors` counts every page above, so 'self' would keep it from a site that is itself in a frame.
  const framing = moment.model?.same_site === 'none' ? 'any' : 'self'
  const frame: PageFrame = { ...frameOf(facts, moment, 200), framing }
  if (challenge.isCleared(facts, moment.now, level)) return clearedPage(frame)
  const { now, draw, score = 0 } = moment
  const issued = challenge.issue(facts, level, score, now, draw)
  return challengePage({ frame, issued, end: { kind: 'tell' } })
}

function levelIn(query: string): ChallengeLevel {
  const digit = LEVEL.exec(query)?.[1]
  return digit === '1' ? 1 : digit === '3' ? 3 : 2
}
