/**
 * Compiles what a route does with a request.
 * @module
 */
import type { RouteAction } from '../bundle/model.ts'
import type { Path, Problem } from './problem.ts'
import type { ForwardInput, RedirectInput, RespondInput, RouteInput, RoutesInput } from './route-schema.ts'
import type { Section } from './section.ts'

/** One route while it is compiled: where it stands and where its problems go. */
export interface RouteContext {
  readonly section: Section<RoutesInput>
  readonly problems: Problem[]
  readonly path: Path
}

/** Adds a problem at `place` below the route. */
export function report(
  { section, problems, path }: RouteContext,
  place: Path,
  message: string,
  fix: string,
  what: 'key' | 'value' = 'key',
): void {
  problems.push(section.at([...path, ...place], message, fix, what))
}

function checkRedirect(context: RouteContext, redirect: RedirectInput, exact: string | undefined): void {
  const { location, preserve_path, preserve_query } = redirect
  if (preserve_path && /[?#]/.test(location)) {
    report(
      context,
      ['redirect', 'location'],
      'A path cannot be appended to a location with a query or fragment',
      'Remove ? and # or preserve_path.',
      'value',
    )
  }
  if (preserve_query && location.includes('#')) {
    report(
      context,
      ['redirect', 'location'],
      'A query cannot be appended to a location with a fragment',
      'Remove # or preserve_query.',
      'value',
    )
  }
  if (location === exact) {
    report(
      context,
      ['redirect', 'location'],
      'The redirect leads to itself',
      'Name another location.',
      'value',
    )
  }
}

/** 204, 205 and 304 have no content (RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5). */
const WITHOUT_BODY = [204, 205, 304]

function compileForward(context: RouteContext, forward: ForwardInput, isExact: boolean): RouteAction {
  const { origin, replace_prefix, timeout } = forward
  if (replace_prefix !== undefined && isExact) {
    const fix = 'Use path instead of exact, or remove replace_prefix.'
    report(context, ['forward', 'replace_prefix'], 'An exact route has no prefix to replace', fix)
  }
  const replaced = replace_prefix === undefined ? {} : { replace_prefix }
  return { kind: 'forward', origin, ...replaced, timeout_ms: timeout }
}

function compileRespond(context: RouteContext, respond: RespondInput): RouteAction {
  if (respond.body !== '' && WITHOUT_BODY.includes(respond.status)) {
    const message = `A ${respond.status} response has no body`
    report(context, ['respond', 'body'], message, 'Remove body or choose another status.', 'value')
  }
  return { kind: 'respond', ...respond }
}

/** The one action of a route; problems are reported, and `undefined` when there is none to take. */
export function compileAction(context: RouteContext, route: RouteInput): RouteAction | undefined {
  const { exact, forward, redirect, respond } = route
  const given = (['forward', 'redirect', 'respond'] as const).filter((key) => route[key] !== undefined)
  if (given.length > 1) {
    report(context, given.slice(1, 2), `The route has ${given.join(' and ')}`, 'Keep one of them.')
    return undefined
  }
  if (forward) return compileForward(context, forward, exact !== undefined)
  if (respond) return compileRespond(context, respond)
  if (redirect) {
    checkRedirect(context, redirect, exact)
    return { kind: 'redirect', ...redirect }
  }
  report(context, [], 'The route does nothing', 'Add forward, redirect or respond.', 'value')
  return undefined
}
