/**
 * Routes that answer by themselves: redirects and fixed responses.
 * @module
 */
import type { RouteModel } from '../bundle/model.ts'
import type { Decision } from '../http/decision.ts'
import type { RequestFacts } from '../http/facts.ts'
import type { Answer } from '../http/problem.ts'
import { trimPrefix } from '../http/scope.ts'

/** The decision of a route that answers by itself, or `undefined` when it forwards. */
export function decideRoute(model: RouteModel): Decision | undefined {
  const { action } = model
  if (action.kind === 'forward') return undefined
  return {
    action: action.kind,
    stage: 'route',
    rule: `route.${model.id}`,
    reason: action.kind === 'redirect' ? 'The route redirects.' : 'The route has a fixed response.',
    mode: 'enforce',
    status: action.status,
  }
}

/** The answer of such a route, or `undefined` when it forwards. */
export function answerRoute(model: RouteModel, facts: RequestFacts, requestId: string): Answer | undefined {
  const { action } = model
  if (action.kind === 'forward') return undefined
  const common = { 'sallyport-request-id': requestId }
  if (action.kind === 'respond') {
    return {
      status: action.status,
      headers: { ...common, 'content-type': action.content_type },
      body: action.body,
    }
  }
  const rest = action.preserve_path ? belowPrefix(facts.target.path, model) : ''
  const base = rest === '' ? action.location : trimPrefix(action.location) + rest
  return {
    status: action.status,
    headers: { ...common, location: action.preserve_query ? withQuery(base, facts.target.query) : base },
    body: '',
  }
}

/** Appends a query with its `?`, or the empty string, to a location that may have a query of its own. */
function withQuery(location: string, query: string): string {
  return query !== '' && location.includes('?') ? `${location}&${query.slice(1)}` : location + query
}

/** What follows a route's prefix in a path, with its leading `/`. */
export function belowPrefix(path: string, model: RouteModel): string {
  return model.path.kind === 'exact' ? '' : path.slice(trimPrefix(model.path.value).length)
}
