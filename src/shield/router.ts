/**
 * Which route a request takes. The host decides first, then the path; the most specific wins:
 * exact host, longest wildcard, `*`; exact path, longest prefix.
 * @module
 */
import type { RouteModel } from '../bundle/model.ts'
import { acceptedAnomalies } from '../http/anomaly-rules.ts'
import type { HygieneRelief } from '../http/hygiene-rules.ts'
import { trimPrefix } from '../http/scope.ts'

export interface Route {
  readonly model: RouteModel
  readonly relief: HygieneRelief
}

export type RouteMatch =
  | { readonly kind: 'route'; readonly route: Route }
  | { readonly kind: 'unknown-host' }
  | { readonly kind: 'unknown-path' }

export type Router = (host: string, path: string) => RouteMatch

interface PathTable {
  readonly exact: Map<string, RouteMatch>
  readonly prefixes: Map<string, RouteMatch>
  /** Segments of the longest prefix: bounds the walk for a path of a thousand slashes. */
  depth: number
}

const UNKNOWN_HOST: RouteMatch = { kind: 'unknown-host' }
const UNKNOWN_PATH: RouteMatch = { kind: 'unknown-path' }

export function createRouter(routes: readonly RouteModel[]): Router {
  const hosts = new Map<string, PathTable>()
  for (const model of routes) {
    const match: RouteMatch = {
      kind: 'route',
      route: { model, relief: { accepted: acceptedAnomalies(model.relax), maxBody: model.max_body } },
    }
    for (const host of model.hosts) addRoute(tableOf(hosts, host), model, match)
  }
  return function matchRoute(host, path) {
    const table = findTable(hosts, host)
    return table === undefined ? UNKNOWN_HOST : (findPath(table, path) ?? UNKNOWN_PATH)
  }
}

function tableOf(hosts: Map<string, PathTable>, host: string): PathTable {
  let table = hosts.get(host)
  if (table === undefined) {
    table = { exact: new Map(), prefixes: new Map(), depth: 0 }
    hosts.set(host, table)
  }
  return table
}

/** The first of two routes with the same host and path stays: the policy check has warned of the second. */
function addRoute(table: PathTable, model: RouteModel, match: RouteMatch): void {
  if (model.path.kind === 'exact') {
    if (!table.exact.has(model.path.value)) table.exact.set(model.path.value, match)
    return
  }
  const prefix = trimPrefix(model.path.value)
  table.depth = Math.max(table.depth, countSlashes(prefix))
  if (!table.prefixes.has(prefix)) table.prefixes.set(prefix, match)
}

function countSlashes(text: string): number {
  let count = 0
  for (let i = text.indexOf('/'); i !== -1; i = text.indexOf('/', i + 1)) count++
  return count
}

/** Labels a host name can have (RFC 1035 section 2.3.4: 255 octets). */
const MAX_LABELS = 128

function findTable(hosts: Map<string, PathTable>, host: string): PathTable | undefined {
  const exact = hosts.get(host)
  if (exact !== undefined) return exact
  let dot = host.indexOf('.')
  for (let i = 0; dot !== -1 && i < MAX_LABELS; i++) {
    const table = hosts.get(`*${host.slice(dot)}`)
    if (table !== undefined) return table
    dot = host.indexOf('.', dot + 1)
  }
  return hosts.get('*')
}

function findPath(table: PathTable, path: string): RouteMatch | undefined {
  const exact = table.exact.get(path)
  if (exact !== undefined) return exact
  // Positions of the segment ends, deepest first; a prefix ends where a segment ends.
  let end = endOfSegment(path, table.depth)
  while (end > 0) {
    const match = table.prefixes.get(path.slice(0, end))
    if (match !== undefined) return match
    end = path.lastIndexOf('/', end - 1)
  }
  return table.prefixes.get('')
}

/** Where the `depth`-th segment of a path ends, or where the path ends when it has fewer. */
function endOfSegment(path: string, depth: number): number {
  let end = 0
  for (let i = 0; i < depth; i++) {
    const next = path.indexOf('/', end + 1)
    if (next === -1) return path.length
    end = next
  }
  return end
}
