/**
 * Sends one request through a policy and tells what every stage made of it.
 * @module
 */
import type { Phase } from '../../bundle/model.ts'
import { capMode } from '../../http/decision.ts'
import type { RequestFacts } from '../../http/facts.ts'
import { RESPONSE_PHASE } from '../../http/rule-fields/response-phase.ts'
import type { StageEvent } from '../../pipeline/trace.ts'
import type { RequestExample } from '../../policy/test-case.ts'
import { describeBots } from './describe-bots.ts'
import {
  describeAccess,
  describeHygiene,
  describeLimits,
  describeRoute,
  type Passage,
} from './describe-guards.ts'
import { describeRules } from './describe-rules.ts'
import { toExampleFacts } from './example-facts.ts'
import { buildOriginRequest } from './origin-request.ts'
import type { OutcomeReport, RequestReport, StageReport } from './request-report.ts'
import { maskField } from './secret-names.ts'
import type { Trial } from './trial.ts'

type Field = readonly [name: string, value: string]

function findStage({ run }: Passage, stage: StageEvent['stage'], phase?: Phase): StageEvent | undefined {
  return run.events.find(
    (event): event is StageEvent => event.kind === 'stage' && event.stage === stage && event.phase === phase,
  )
}

function stateOf(event: StageEvent | undefined): StageReport['state'] {
  if (event === undefined) return 'not reached'
  if (event.terminal) return 'ends'
  return event.skipped ? 'skipped' : 'passes'
}

function describePhase(passage: Passage, phase: Phase): StageReport {
  const items = describeRules(phase, passage)
  const isOff = passage.trial.bundle.model.settings.stages.rules === 'off'
  // Rules of the response run after the last stage.
  const state = phase === RESPONSE_PHASE ? (passage.run.response ? 'passes' : 'not reached') : undefined
  return {
    stage: 'rules',
    phase,
    state: isOff ? 'off' : (state ?? stateOf(findStage(passage, 'rules', phase))),
    items,
  }
}

/** Nothing without `bots.yaml`. */
function describeBotsStage(passage: Passage, event: StageEvent | undefined): readonly StageReport[] {
  const { bots, settings } = passage.trial.bundle.model
  if (bots === undefined) return []
  const isOff = capMode(bots.mode, settings.stages.bots ?? 'enforce') === 'off'
  const items = event ? describeBots(passage, event) : []
  return [{ stage: 'bots', state: isOff ? 'off' : stateOf(event), items }]
}

function describeStages(passage: Passage): readonly StageReport[] {
  const { access, limits } = passage.trial.bundle.model.settings.stages
  const hygiene = findStage(passage, 'hygiene')
  const accessEvent = findStage(passage, 'access')
  const limitsEvent = findStage(passage, 'limits')
  const botsEvent = findStage(passage, 'bots')
  const routeEvent = findStage(passage, 'route')
  const route = describeRoute(passage)
  return [
    { stage: 'hygiene', state: stateOf(hygiene), items: hygiene ? describeHygiene(passage, hygiene) : [] },
    {
      stage: 'access',
      state: access === 'off' ? 'off' : stateOf(accessEvent),
      items: accessEvent ? describeAccess(passage) : [],
    },
    describePhase(passage, 'http_request_dynamic_redirect'),
    describePhase(passage, 'http_request_firewall_custom'),
    {
      stage: 'limits',
      state: limits === 'off' ? 'off' : stateOf(limitsEvent),
      items: limitsEvent ? describeLimits(passage, limitsEvent) : [],
    },
    ...describeBotsStage(passage, botsEvent),
    {
      stage: 'route',
      state: route.some(({ ends }) => ends) ? 'ends' : stateOf(routeEvent),
      items: routeEvent ? route : [],
    },
    describePhase(passage, 'http_request_late_transform'),
    describePhase(passage, RESPONSE_PHASE),
  ]
}

function describeOutcome({ run }: Passage): OutcomeReport {
  const { terminal, outcome, shownLocation, response } = run
  const logged = [...outcome.logged, ...(response?.logged ?? [])].map(({ rule }) => rule)
  const route = outcome.route && { route: outcome.route.model.id }
  if (terminal === undefined) return { action: 'pass', ...route, logged }
  const { action, status, stage, rule, reason, fix } = terminal
  if (action === 'log' || action === 'skip' || action === 'rewrite')
    throw new TypeError('a decision that ends a request has one of its endings')
  return {
    action,
    status,
    stage,
    rule,
    reason,
    ...(fix === undefined ? {} : { fix }),
    ...(shownLocation === undefined ? {} : { location: shownLocation }),
    ...route,
    logged,
  }
}

function describeRequest(example: RequestExample, facts: RequestFacts): RequestReport['request'] {
  const { method, url, ip, country, asn, colo, tls, http } = example
  const headers: Field[] = []
  facts.headers.forEach((value, name) => {
    headers.push([name, maskField(name, value)])
  })
  const client = Object.entries({ ip, country, asn, colo, tls, http }).filter(
    ([, value]) => value !== undefined,
  )
  return {
    method,
    url,
    scheme: facts.scheme,
    host: facts.host.name,
    path: facts.target.path,
    query: facts.target.query,
    ...Object.fromEntries(client),
    headers,
    content: facts.hasBody,
  }
}

/** What follows from what is not known of the client. */
function* noteGaps(
  { ip, country, asn, url, headers }: RequestExample,
  { host, bundle }: Trial,
): Generator<string> {
  if (url.startsWith('/')) yield `No host was given: ${host}, the first of the routes, over https.`
  if (ip === undefined) yield 'No --ip: the address is taken as unknown, on no list, and ip.src as nil.'
  if (country === undefined) yield 'No --country: taken as unknown, in no list of countries.'
  if (asn === undefined) yield 'No --asn: taken as unknown, in no list of networks.'
  const isJudged = bundle.model.bots !== undefined && bundle.model.bots.mode !== 'off'
  if (isJudged && !headers.some(([name]) => name.toLowerCase() === 'user-agent'))
    yield 'No User-Agent, which counts against the client: for what a browser gets, paste its "copy as cURL".'
}

/**
 * @param now Milliseconds since the epoch.
 * @param notes Put before those of what is not known.
 */
export async function explainRequest(
  trial: Trial,
  example: RequestExample,
  now: number,
  notes: readonly string[] = [],
): Promise<RequestReport> {
  const facts = toExampleFacts(example, trial.host)
  const passage: Passage = { trial, facts, now, run: await trial.run(facts, now) }
  const sent = await buildOriginRequest(passage.run, facts, trial.bundle.model)
  const fields =
    sent && [...sent.headers].map(([name, value]): Field => [name, trial.secrets.maskField(name, value)])
  const { limits } = trial.bundle.model
  const answered = passage.run.response && passage.run.terminal === undefined
  const plain = answered ? ['Rules of the response see an answer of status 200 without header fields.'] : []
  const fresh =
    limits.length === 0 ? [] : ['Counters start at zero: limits see the first request of its client.']
  return {
    policy: trial.stages.version,
    request: describeRequest(example, facts),
    notes: [...notes, ...noteGaps(example, trial), ...fresh, ...plain],
    stages: describeStages(passage),
    outcome: describeOutcome(passage),
    ...(sent && fields
      ? { origin: { method: sent.method, url: sent.url, headers: fields, later: sent.later } }
      : {}),
  }
}
