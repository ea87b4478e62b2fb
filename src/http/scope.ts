/**
 * Where a rule applies: hosts, paths and methods. Matching is on the canonical host and path only.
 * @module
 */
import { createHostSet, type HostSet } from '../net/host-set.ts'

/** `prefix` matches whole segments: `/a` matches `/a`, `/a/` and `/a/b`, never `/ab`. */
export interface PathPattern {
  readonly kind: 'exact' | 'prefix'
  /** Canonical path, starting with `/`. A prefix's trailing `/` has no meaning. */
  readonly value: string
}

/** An empty list means "all". Hosts are exact names or `*.suffix` (one or more labels, not the apex). */
export interface Scope {
  readonly hosts: readonly string[]
  readonly paths: readonly PathPattern[]
  readonly methods: readonly string[]
}

export type ScopeMatcher = (host: string, path: string, method: string) => boolean

const always = (): boolean => true

/** True when `path` is `prefix` or lies below it, segment by segment (`prefix` without trailing `/`). */
export function hasPathPrefix(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && (path.length === prefix.length || path.charCodeAt(prefix.length) === 0x2f)
}

/** Removes the trailing `/` of a prefix; the root becomes the empty string, which every path starts with. */
export function trimPrefix(value: string): string {
  return value.endsWith('/') ? value.slice(0, -1) : value
}

export function compileScope(scope: Scope): ScopeMatcher {
  const hosts: HostSet | undefined = scope.hosts.length > 0 ? createHostSet(scope.hosts) : undefined
  const methods = scope.methods.length > 0 ? new Set(scope.methods) : undefined
  const exact = new Set(scope.paths.filter((p) => p.kind === 'exact').map((p) => p.value))
  const prefixes = scope.paths.filter((p) => p.kind === 'prefix').map((p) => trimPrefix(p.value))
  const anyPath = scope.paths.length === 0 || prefixes.includes('')
  if (!hosts && !methods && anyPath) return always
  return function matchScope(host, path, method) {
    if (methods && !methods.has(method)) return false
    if (!anyPath && !exact.has(path) && !prefixes.some((prefix) => hasPathPrefix(path, prefix))) return false
    return !hosts || hosts.has(host)
  }
}
