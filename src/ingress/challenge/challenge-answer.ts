/**
 * What a challenged client is answered: a page that it can solve when it is a browser on its way to a page, a
 * problem document when it is anything else.
 * @module
 */
import type { ChallengeModel } from '../../bundle/bots-model.ts'
import type { Decision } from '../../http/decision.ts'
import type { RequestFacts } from '../../http/facts.ts'
import { type Answer, problemAnswer } from '../../http/problem.ts'
import type { Challenge } from './challenge.ts'
import { keepForm, mayKeep } from './kept-form.ts'
import { levelOf } from './level-of.ts'
import { CHALLENGE_PATH, type ChallengeLevel } from './offer.ts'
import { challengePage, type PageEnd } from './page/challenge-page.ts'
import { chooseLanguage } from './page/choose-language.ts'
import type { PageFrame } from './page/frame-page.ts'
import { isFramed, requestKind } from './request-kind.ts'

export interface ChallengeMoment {
  readonly requestId: string
  /** Milliseconds since the epoch. */
  readonly now: number
  /** A new random text of letters, digits, `-` and `_` at each call, 16 to 64 characters. */
  readonly draw: () => string
  /** How contradictory the client is, 0 to 100. */
  readonly score?: number
  readonly model?: Pick<ChallengeModel, 'status' | 'template' | 'same_site'> | undefined
  /** The content of the request, of at most `MAX_KEPT` bytes, within 10 s; else `undefined`. Never rejects. */
  readonly readForm?: () => Promise<string | undefined>
}

/** The part of `Challenge` that is used. */
export type Issuer = Pick<Challenge, 'issue'>

/** Scripts of a page look for this field to tell a challenge from a refusal. */
const MITIGATED = { 'sallyport-mitigated': 'challenge', 'cache-control': 'no-store' }

/** Answers at once unless a form has to be read. */
export function challengeAnswer(
  decision: Decision,
  facts: RequestFacts,
  moment: ChallengeMoment,
  challenge: Issuer,
): Answer | Promise<Answer> {
  const kind = requestKind(facts)
  if (kind !== 'page') return documentAnswer(decision, moment, kind === 'prefetch')
  const level = levelOf(decision)
  if (facts.method !== 'POST') return pageAnswer(level, facts, moment, challenge, { kind: 'reload' })
  if (!mayKeep(facts) || moment.readForm === undefined)
    return pageAnswer(level, facts, moment, challenge, { kind: 'lost' })
  return moment.readForm().then((content) => {
    const body = keepForm(content)
    const end: PageEnd = body === undefined ? { kind: 'lost' } : { kind: 'resend', body }
    return pageAnswer(level, facts, moment, challenge, end)
  })
}

function pageAnswer(
  level: ChallengeLevel,
  facts: RequestFacts,
  moment: ChallengeMoment,
  challenge: Issuer,
  end: PageEnd,
): Answer {
  const { now, draw, score = 0, model } = moment
  const intent = end.kind === 'resend' ? { body: end.body } : {}
  const issued = challenge.issue(facts, level, score, now, draw, intent)
  const page = challengePage({ frame: frameOf(facts, moment, model?.status ?? 403), issued, end })
  return { ...page, headers: { ...page.headers, ...MITIGATED } }
}

/** The frame of a page of ours for this client, in its language. */
export function frameOf(facts: RequestFacts, moment: ChallengeMoment, status: number): PageFrame {
  const { requestId, draw, model } = moment
  // Only who would show the page in a frame anyway is let: a site that is embedded in others has said so.
  const framing = !isFramed(facts) ? 'none' : model?.same_site === 'none' ? 'any' : 'self'
  const texts = chooseLanguage(facts.headers.get('accept-language'))
  return { status, requestId, nonce: draw(), texts, framing, template: model?.template }
}

/**
 * For what shows no page. A browser that fetches ahead is told to come again: 503, which it does not keep. A problem
 * with status 200 would be none to a program, so the page alone has that.
 */
function documentAnswer(
  decision: Decision,
  { requestId, model }: ChallengeMoment,
  isPrefetch: boolean,
): Answer {
  const given = model?.status ?? decision.status
  const status = isPrefetch ? 503 : given >= 400 ? given : 403
  const level = levelOf(decision)
  const answer = problemAnswer({ ...decision, status }, requestId, undefined)
  const members = `,"level":${level},"challenge_url":"${CHALLENGE_PATH}?level=${level}"}\n`
  // The document ends with its only `}`; one of the policy's own is left as it is.
  const body = decision.content ? answer.body : answer.body.slice(0, -2) + members
  return { status, headers: { ...answer.headers, ...MITIGATED }, body }
}
