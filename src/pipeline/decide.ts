/**
 * The life of a request up to the door: hygiene, access, dos, rules, limits, route. The edge and
 * `sallyport replay` run this same code.
 * @module
 */
import { type Decision, NOTHING, type StageResult } from '../http/decision.ts'
import type { RequestFacts } from '../http/facts.ts'
import type { HeaderEdit } from '../http/header-edit.ts'
import type { BodyFacts, ResponseFacts } from '../http/rule-fields/rule-facts.ts'
import { CHALLENGE_PATH } from '../ingress/challenge/challenge.ts'
import type { LimitResult } from '../ingress/limits/limit-check.ts'
import type { RequestPhase, ResponseResult, RuleRun } from '../ingress/rules/rule-run.ts'
import { decideRoute } from '../shield/route-answer.ts'
import type { Route, RouteMatch } from '../shield/router.ts'
import type { Stages } from './stages.ts'
import { type Trace, traceStage } from './trace.ts'

export interface Outcome {
  /** What ends the request here; absent when it may be forwarded. */
  readonly terminal?: Decision
  /** What `log` mode saw on the way. */
  readonly logged: readonly Decision[]
  /** The route, when host and path have one. */
  readonly route?: Route
  /** Rules that did something without ending the request, as `rules.<id>`; absent when there are none. */
  readonly matched?: readonly string[]
  /** Edits of the header section that the origin gets; absent when there are none. */
  readonly requestEdits?: readonly HeaderEdit[]
  /** What the rules make of the response; absent when they do not look at any. */
  readonly transformResponse?: (response: ResponseFacts) => ResponseResult
  /** What the limits have to add to the answer, or want to know of it; absent when nothing. */
  readonly limits?: Pick<LimitResult, 'standings' | 'offence' | 'settle'>
}

/** What deciding needs beside facts and policy, when somebody has it. */
export interface DecideContext {
  /** 16 random bytes as a binary string, for `cf.random_seed`. */
  readonly drawSeed?: () => string
  readonly trace?: Trace
  /** Reads the beginning of the request's content, for limits that count by it. Never rejects. */
  readonly readBody?: () => Promise<BodyFacts | undefined>
  /** Keeps work alive that goes on after the answer. */
  readonly keepAlive?: (work: Promise<unknown>) => void
  /** Milliseconds since the epoch, for what comes after a wait. */
  readonly clock?: () => number
}

/** What a request gets when no route has said otherwise: nothing relaxed, no body cap. */
const STRICT = { accepted: 0, maxBody: Number.POSITIVE_INFINITY }

/** Phases before the limits, in order. */
const EARLY_PHASES: readonly RequestPhase[] = [
  'http_request_dynamic_redirect',
  'http_request_firewall_custom',
]

const NO_CONTEXT: DecideContext = {}

/**
 * Decides one request. Never throws or rejects. Answers at once unless counters have to be asked.
 * @param now Milliseconds since the epoch.
 */
export function decide(
  facts: RequestFacts,
  stages: Stages,
  now: number,
  context: DecideContext = NO_CONTEXT,
): Outcome | Promise<Outcome> {
  const { trace } = context
  const { host, target, method, client } = facts
  const match = stages.route(host.name, target.path)
  const route = match.kind === 'route' ? match.route : undefined
  const hygiene = traceStage(trace, 'hygiene', stages.hygiene(facts, route?.relief ?? STRICT))
  if (hygiene.terminal) return conclude(hygiene, [], route)
  const access = traceStage(
    trace,
    'access',
    stages.access({ host: host.name, path: target.path, method, client }),
  )
  if (access.terminal) return conclude(access, hygiene.logged, route)
  const dos = traceStage(trace, 'dos', stages.dos.check(facts, route?.model.id ?? '', now))
  const vetted = concat(hygiene.logged, access.logged)
  if (dos.terminal) return conclude(dos, vetted, route)
  const run = stages.rules.begin(
    { request: facts, now, ...(context.drawSeed ? { drawSeed: context.drawSeed } : {}) },
    trace,
  )
  const before = concat(vetted, dos.logged)
  const steps: Steps = { facts, stages, match, run, context, now, isSolving: false }
  // Whoever solves a challenge was refused by a rule, and must not be refused again on the way to its answer.
  if (target.path === CHALLENGE_PATH) return finish(NOTHING, before, { ...steps, isSolving: true })
  const rules = checkRules(run, trace)
  if (rules.terminal) return withRun(conclude(rules, before, route), run)
  return checkLimits(concat(before, rules.logged), steps)
}

/** What is carried along while counters are asked. */
interface Steps {
  readonly facts: RequestFacts
  readonly stages: Stages
  readonly match: RouteMatch
  readonly run: RuleRun
  readonly context: DecideContext
  readonly now: number
  /** The request brings the solution of a challenge. */
  readonly isSolving: boolean
}

function checkLimits(before: readonly Decision[], steps: Steps): Outcome | Promise<Outcome> {
  const { facts, stages, run, context } = steps
  if (run.skipsLimits) return finish(NOTHING, before, steps)
  const { readBody } = context
  if (readBody && stages.limitsReadBody(facts)) {
    return readBody().then((body) => {
      if (body) run.withBody(body)
      // Limits take a time that lies behind others' for that of a clock which was set back.
      return askLimits(before, { ...steps, now: context.clock?.() ?? steps.now })
    })
  }
  return askLimits(before, steps)
}

function askLimits(before: readonly Decision[], steps: Steps): Outcome | Promise<Outcome> {
  const { facts, stages, match, run, context, now } = steps
  const route = match.kind === 'route' ? match.route.model.id : ''
  const limits = stages.limiter.check(facts, now, {
    expressions: run.limits,
    clearance: () => stages.challenge.clearanceOf(facts, now),
    pressure: stages.dos.isAttacked(facts.host.name, route, now),
    ...(context.keepAlive ? { keepAlive: context.keepAlive } : {}),
  })
  return limits instanceof Promise
    ? limits.then((result) => finish(result, before, steps))
    : finish(limits, before, steps)
}

function checkRules(run: RuleRun, trace: Trace | undefined): StageResult {
  let logged: readonly Decision[] = NOTHING.logged
  for (const phase of EARLY_PHASES) {
    const result = traceStage(trace, 'rules', run.check(phase), { phase })
    logged = concat(logged, result.logged)
    if (result.terminal) return { terminal: result.terminal, logged }
  }
  return logged.length === 0 ? NOTHING : { logged }
}

function finish(limits: LimitResult, before: readonly Decision[], steps: Steps): Outcome {
  const { match, run, stages, context, isSolving } = steps
  const { trace } = context
  traceStage(trace, 'limits', limits, run.skipsLimits || isSolving ? { skipped: true } : {})
  const route = match.kind === 'route' ? match.route : undefined
  if (limits.terminal) return withLimits(withRun(conclude(limits, before, route), run), limits)
  const logged = concat(before, limits.logged)
  const routed = endOfRoute(match, stages)
  traceStage(trace, 'route', routed, route ? { route: route.model.id } : {})
  if (routed.terminal || isSolving)
    return withLimits(withRun(conclude(routed, logged, route), run, stages), limits)
  const late = traceStage(trace, 'rules', run.check('http_request_late_transform'), {
    phase: 'http_request_late_transform',
  })
  return withLimits(withRun(conclude(late, logged, route), run, stages), limits)
}

function withLimits(outcome: Outcome, limits: LimitResult): Outcome {
  const { standings, offence, settle } = limits
  if (standings === undefined && offence === undefined && settle === undefined) return outcome
  return { ...outcome, limits }
}

function endOfRoute(match: RouteMatch, stages: Stages): StageResult {
  if (match.kind === 'route') {
    const terminal = decideRoute(match.route.model)
    return terminal ? { terminal, logged: [] } : NOTHING
  }
  const terminal = match.kind === 'unknown-host' ? unknownHost(stages.unknownHost) : UNKNOWN_PATH
  return { terminal, logged: [] }
}

function conclude(result: StageResult, before: readonly Decision[], route: Route | undefined): Outcome {
  return {
    logged: concat(before, result.logged),
    ...(result.terminal ? { terminal: result.terminal } : {}),
    ...(route ? { route } : {}),
  }
}

/** Adds what the rules did. With `stages`, the answer is a route's or the origin's: they may edit that too. */
function withRun(outcome: Outcome, run: RuleRun, stages?: Stages): Outcome {
  const transforms = stages?.rules.hasResponsePhase === true && outcome.route !== undefined
  if (run.matched.length === 0 && run.edits.length === 0 && !transforms) return outcome
  return {
    ...outcome,
    // A copy: looking at the response adds to the run.
    ...(run.matched.length === 0 ? {} : { matched: [...run.matched] }),
    ...(run.edits.length === 0 ? {} : { requestEdits: [...run.edits] }),
    ...(transforms ? { transformResponse: (response) => run.transformResponse(response) } : {}),
  }
}

function concat(a: readonly Decision[], b: readonly Decision[]): readonly Decision[] {
  if (a.length === 0) return b
  return b.length === 0 ? a : [...a, ...b]
}

function unknownHost(status: 404 | 421): Decision {
  return {
    action: 'block',
    stage: 'route',
    rule: 'route.unknown-host',
    reason: 'No route has this host.',
    fix: 'Add the host to `hosts` of a route in rules/routes/.',
    mode: 'enforce',
    status,
  }
}

const UNKNOWN_PATH: Decision = {
  action: 'block',
  stage: 'route',
  rule: 'route.unknown-path',
  reason: 'No route of this host has this path.',
  fix: 'Add a route with a matching `path` in rules/routes/.',
  mode: 'enforce',
  status: 404,
}
