/**
 * Compiles routes: which requests go where.
 * @module
 */
import type { RouteModel } from '../bundle/model.ts'
import { type PathPattern, trimPrefix } from '../http/scope.ts'
import { compileHeaderEdits } from './header-edits.ts'
import type { Problem } from './problem.ts'
import { compileAction, type RouteContext, report } from './route-action.ts'
import type { RouteInput, RoutesInput } from './route-schema.ts'
import type { Section } from './section.ts'

export const ROUTES_FOLDER = 'routes/'

/** Bytes of a body that are buffered to be covered by the signature, unless the route says otherwise. */
const DIGEST_BODY = 64 * 1024

function compilePath(context: RouteContext, route: RouteInput): PathPattern {
  if (route.path !== undefined && route.exact !== undefined) {
    report(
      context,
      ['exact'],
      'The route has both path and exact',
      'Keep path for everything below it, or exact for that path alone.',
    )
  }
  if (route.path === undefined && route.exact === undefined) {
    report(
      context,
      [],
      'The route has no path',
      'Add path: / for every path, or exact: for one path.',
      'value',
    )
  }
  return route.exact === undefined
    ? { kind: 'prefix', value: route.path ?? '/' }
    : { kind: 'exact', value: route.exact }
}

/** The form in which two routes are the same: a prefix with and without its trailing `/` is one prefix. */
function keysOf({ hosts, path }: RouteModel): readonly string[] {
  const value = path.kind === 'prefix' ? `${trimPrefix(path.value)}/*` : path.value
  return hosts.map((host) => `${host} ${value}`)
}

function compileRoute(context: RouteContext, route: RouteInput): RouteModel | undefined {
  const { section, problems } = context
  const path = compilePath(context, route)
  const action = compileAction(context, route)
  if (route.digest_body !== undefined && route.digest_body > route.max_body) {
    report(
      context,
      ['digest_body'],
      'digest_body is larger than max_body',
      'Lower digest_body or raise max_body.',
      'value',
    )
  }
  const edits = (key: 'request_headers' | 'response_headers') =>
    compileHeaderEdits(section, [...context.path, key], route[key], problems)
  const request_headers = edits('request_headers')
  const response_headers = edits('response_headers')
  if (!action) return undefined
  return {
    id: route.id,
    description: route.description,
    hosts: [...new Set(route.hosts)],
    path,
    action,
    relax: [...new Set(route.relax)],
    max_body: route.max_body,
    digest_body: route.digest_body ?? Math.min(DIGEST_BODY, route.max_body),
    ...(route.sign_body === 'all' ? { sign_body: route.sign_body } : {}),
    request_headers,
    response_headers,
  }
}

/** Compiles the routes of all files, in the order given; problems go to `problems`. */
export function compileRoutes(
  sections: readonly Section<RoutesInput>[],
  problems: Problem[],
): readonly RouteModel[] {
  const routes: RouteModel[] = []
  const owners = new Map<string, string>()
  for (const section of sections) {
    for (const [index, input] of section.value.routes.entries()) {
      const context = { section, problems, path: ['routes', index] }
      const route = compileRoute(context, input)
      if (!route) continue
      routes.push(route)
      const key = keysOf(route).find((candidate) => owners.has(candidate))
      if (key !== undefined) {
        const message = `Route ${owners.get(key)} has the same host and path (${key.split(' ')[0]} ${route.path.value})`
        report(
          context,
          [route.path.kind === 'exact' ? 'exact' : 'path'],
          message,
          'Change one of the two routes or merge them.',
          'value',
        )
      }
      for (const own of keysOf(route)) owners.set(own, route.id)
    }
  }
  return routes
}
