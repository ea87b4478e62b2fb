/**
 * The life of a request up to the door: hygiene, access, dos, rules, limits, bots, route. The edge and
 * `sallyport replay` run this same code.
 * @module
 */
import { type Decision, NOTHING, type StageResult } from '../http/decision.ts'
import type { RequestFacts } from '../http/facts.ts'
import type { BodyFacts } from '../http/rule-fields/rule-facts.ts'
import type { BotsRun } from '../ingress/bots/bots-stage.ts'
import { CHALLENGE_PATH } from '../ingress/challenge/offer.ts'
import type { LimitResult } from '../ingress/limits/limit-check.ts'
import type { RequestPhase, RuleRun } from '../ingress/rules/rule-run.ts'
import type { RouteMatch } from '../shield/router.ts'
import { endOfRoute } from './end-of-route.ts'
import { concat, conclude, type Outcome, withBot, withLimits, withRun } from './outcome.ts'
import type { Stages } from './stages.ts'
import { type Trace, traceStage } from './trace.ts'

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
  if (dos.terminal?.action === 'block') return conclude(dos, vetted, route)
  const bots = stages.bots?.stage.begin(facts, now, context.keepAlive ?? letGo)
  if (dos.terminal) return withBot(conclude(dos, vetted, route), bots)
  const before = concat(vetted, dos.logged)
  const start = (): Outcome | Promise<Outcome> =>
    decideByRules(before, { facts, stages, match, bots, context, now })
  // A request that is signed by its agent: rules may ask who that is.
  return bots?.pending === undefined ? start() : bots.pending.then(start)
}

/** Work that nobody keeps alive may end with the request: it is done again. */
function letGo(): void {}

function decideByRules(
  before: readonly Decision[],
  known: Omit<Steps, 'run' | 'isSolving'>,
): Outcome | Promise<Outcome> {
  const { facts, stages, match, bots, context, now } = known
  const run = stages.rules.begin(
    {
      request: facts,
      now,
      ...(context.drawSeed ? { drawSeed: context.drawSeed } : {}),
      ...(bots ? { bot: () => bots.assess() } : {}),
    },
    context.trace,
  )
  const steps: Steps = { ...known, run, isSolving: false }
  // Whoever solves a challenge was refused by a rule, and must not be refused again on the way to its answer.
  if (isChallengePath(facts.target.path)) {
    // Who asks for the page by itself, or for another one, gets the work that its score asks for, as everywhere.
    bots?.assessForChallenge()
    return finish(NOTHING, before, { ...steps, isSolving: true })
  }
  const rules = checkRules(run, context.trace)
  const route = match.kind === 'route' ? match.route : undefined
  if (rules.terminal) return withBot(withRun(conclude(rules, before, route), run), bots)
  return checkLimits(concat(before, rules.logged), steps)
}

/** The challenge's own page, its answers, and the script that single-page apps load. */
function isChallengePath(path: string): boolean {
  return path === CHALLENGE_PATH || path === `${CHALLENGE_PATH}.js`
}

/** What is carried along while counters are asked. */
interface Steps {
  readonly facts: RequestFacts
  readonly stages: Stages
  readonly match: RouteMatch
  readonly run: RuleRun
  readonly bots: BotsRun | undefined
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
    clearance: (level) => {
      const clearance = stages.challenge.clearanceOf(facts, now)
      return clearance && clearance.level >= level ? clearance.id : undefined
    },
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
  const { match, run, stages, context, isSolving, bots } = steps
  const { trace } = context
  traceStage(trace, 'limits', limits, run.skipsLimits || isSolving ? { skipped: true } : {})
  const route = match.kind === 'route' ? match.route : undefined
  const end = (result: StageResult, seen: readonly Decision[], edits?: Stages): Outcome =>
    withLimits(withBot(withRun(conclude(result, seen, route), run, edits), bots), limits)
  if (limits.terminal) return end(limits, before)
  const counted = concat(before, limits.logged)
  const judged = isSolving ? NOTHING : checkBots(steps)
  if (judged.terminal) return end(judged, counted)
  const logged = concat(counted, judged.logged)
  const routed = endOfRoute(match, stages.unknownHost)
  traceStage(trace, 'route', routed, route ? { route: route.model.id } : {})
  if (routed.terminal || isSolving) return end(routed, logged, stages)
  const late = traceStage(trace, 'rules', run.check('http_request_late_transform'), {
    phase: 'http_request_late_transform',
  })
  return end(late, logged, stages)
}

function checkBots({ bots, run, context: { trace } }: Steps): StageResult {
  if (bots === undefined) return NOTHING
  if (run.skipsBots) return traceStage(trace, 'bots', NOTHING, { skipped: true })
  const result = bots.check()
  if (trace && bots.assessed) trace({ kind: 'bots', assessment: bots.assessed })
  return traceStage(trace, 'bots', result)
}
