/**
 * `/robots.txt` of a site whose policy says something of crawlers.
 * @module
 */
import type { Decision } from '../http/decision.ts'
import type { HeaderEdit } from '../http/header-edit.ts'
import { type OriginRobots, readOriginRobots } from '../ingress/bots/crawlers/origin-robots.ts'
import type { RobotsFile } from '../ingress/bots/crawlers/robots-file.ts'
import { ROBOTS_PATH } from '../ingress/bots/crawlers/robots-path.ts'
import { awaitWithin } from '../ingress/limits/deadline.ts'
import type { Answered } from './answered.ts'
import { sendOn } from './forward-request.ts'
import type { Passage } from './passage.ts'
import { toResponse } from './refusal.ts'
import { startTimer } from './start-timer.ts'

/** Milliseconds for the origin's file, all of it. */
const PATIENCE = 5000

/** The file is for everybody: nothing of who asks, or of what they have already, is for the origin. */
const IMPERSONAL: readonly HeaderEdit[] = [
  'authorization',
  'cookie',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'range',
].map((name) => ({ operation: 'remove', name }))

/** The file to answer with, when this request asks for one that we write. */
export function robotsFor({ runtime, facts, outcome }: Passage): RobotsFile | undefined {
  if (facts.target.path !== ROBOTS_PATH || (facts.method !== 'GET' && facts.method !== 'HEAD'))
    return undefined
  return outcome.route === undefined ? undefined : runtime.stages.bots?.robots
}

export async function answerRobots(passage: Passage, file: RobotsFile): Promise<Answered> {
  const { facts, requestId, started } = passage
  const site = `${facts.scheme}://${facts.host.authority}`
  const answer = await file.answer(site, () => askOrigin(passage), started)
  const headers = { ...answer.headers, 'sallyport-request-id': requestId }
  return {
    response: toResponse({ ...answer, headers }, facts.method),
    terminal: ROBOTS,
    fromOrigin: false,
  }
}

async function askOrigin(passage: Passage): Promise<OriginRobots> {
  const { facts, outcome } = passage
  const edits = [...(outcome.requestEdits ?? []), ...IMPERSONAL]
  const asked = sendOn(passage, { facts: { ...facts, method: 'GET' }, edits }).then(({ response }) =>
    response ? readOriginRobots(response) : DOWN,
  )
  const robots = await awaitWithin(asked, PATIENCE, startTimer, () => {})
  return robots === 'timeout' || robots === 'error' ? DOWN : robots
}

const ROBOTS: Decision = {
  action: 'respond',
  stage: 'bots',
  rule: 'bots.robots',
  reason: 'robots.txt says what the policy of crawlers enforces.',
  fix: 'Set crawlers.robots in rules/bots.yaml to off to leave the file to the origin.',
  mode: 'enforce',
  status: 200,
}

const DOWN: OriginRobots = { kind: 'down' }
