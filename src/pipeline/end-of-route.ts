/**
 * What a request's host and path lead to.
 * @module
 */
import { type Decision, NOTHING, type StageResult } from '../http/decision.ts'
import { decideRoute } from '../shield/route-answer.ts'
import type { RouteMatch } from '../shield/router.ts'

/** Ends the request unless its route forwards it. */
export function endOfRoute(match: RouteMatch, unknownHost: 404 | 421): StageResult {
  if (match.kind === 'route') {
    const terminal = decideRoute(match.route.model)
    return terminal ? { terminal, logged: [] } : NOTHING
  }
  const terminal = match.kind === 'unknown-host' ? hostDecision(unknownHost) : UNKNOWN_PATH
  return { terminal, logged: [] }
}

function hostDecision(status: 404 | 421): Decision {
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
