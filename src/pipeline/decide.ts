/**
 * The life of a request up to the door: hygiene, access, limits, route. The edge and `sallyport replay` run
 * this same code.
 * @module
 */
import type { Decision, StageResult } from '../http/decision.ts'
import type { RequestFacts } from '../http/facts.ts'
import { decideRoute } from '../shield/route-answer.ts'
import type { Route, RouteMatch } from '../shield/router.ts'
import type { Stages } from './stages.ts'

export interface Outcome {
  /** What ends the request here; absent when it may be forwarded. */
  readonly terminal?: Decision
  /** What `log` mode saw on the way. */
  readonly logged: readonly Decision[]
  /** The route, when host and path have one. */
  readonly route?: Route
}

/** What a request gets when no route has said otherwise: nothing relaxed, no body cap. */
const STRICT = { accepted: 0, maxBody: Number.POSITIVE_INFINITY }

/**
 * Decides one request. Never throws or rejects. Answers at once unless counters have to be asked.
 * @param now Milliseconds since the epoch.
 */
export function decide(facts: RequestFacts, stages: Stages, now: number): Outcome | Promise<Outcome> {
  const match = stages.route(facts.host.name, facts.target.path)
  const route = match.kind === 'route' ? match.route : undefined
  const hygiene = stages.hygiene(facts, route?.relief ?? STRICT)
  if (hygiene.terminal) return conclude(hygiene, [], route)
  const { host, target, method, client } = facts
  const access = stages.access({ host: host.name, path: target.path, method, client })
  if (access.terminal) return conclude(access, hygiene.logged, route)
  const logged = concat(hygiene.logged, access.logged)
  const limits = stages.limiter.check(facts, now)
  return limits instanceof Promise
    ? limits.then((result) => finish(result, logged, match, stages))
    : finish(limits, logged, match, stages)
}

function finish(
  limits: StageResult,
  before: readonly Decision[],
  match: RouteMatch,
  stages: Stages,
): Outcome {
  if (match.kind === 'route') {
    const terminal = limits.terminal ?? decideRoute(match.route.model)
    return conclude(terminal ? { terminal, logged: limits.logged } : limits, before, match.route)
  }
  const terminal =
    limits.terminal ?? (match.kind === 'unknown-host' ? unknownHost(stages.unknownHost) : UNKNOWN_PATH)
  return conclude({ terminal, logged: limits.logged }, before, undefined)
}

function conclude(result: StageResult, before: readonly Decision[], route: Route | undefined): Outcome {
  return {
    logged: concat(before, result.logged),
    ...(result.terminal ? { terminal: result.terminal } : {}),
    ...(route ? { route } : {}),
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
