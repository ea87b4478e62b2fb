/**
 * The checked policy as plain data: what `rules/` compiles to and what the stages are built from.
 * Everything here has been validated; readers need not check it again.
 * @module
 */

import type { Relaxation } from '../http/anomaly-rules.ts'
import type { Mode } from '../http/decision.ts'
import type { HygieneBounds } from '../http/hygiene-rules.ts'
import type { PathPattern, Scope } from '../http/scope.ts'

/** What a limit does when its counters cannot be reached. */
export type OnError = 'open' | 'local' | 'closed'

export interface PolicyModel {
  /** Version of this shape. A reader that does not know it must keep the policy it has. */
  readonly schema: 1
  /** First 16 hex digits of the SHA-256 of the compiled content: names the policy in every record. */
  readonly version: string
  readonly settings: Settings
  readonly hygiene: HygieneModel
  readonly access: readonly GuardModel[]
  readonly limits: readonly LimitModel[]
  readonly routes: readonly RouteModel[]
}

export interface Settings {
  /** Status for a host no route names: 421 (RFC 9110 section 15.5.20) or 404. */
  readonly unknown_host: 404 | 421
  /** Mode of whole stages; a rule acts no more strongly than its stage. */
  readonly stages: { readonly hygiene: Mode; readonly access: Mode; readonly limits: Mode }
  /** Signature life in seconds: `expires` − `created`. */
  readonly signature_ttl: number
  /** Decision records per second, per isolate and rule, written in full before sampling starts. */
  readonly records_per_second: number
  /** Adds the query string to decision records. Query values may hold secrets. */
  readonly record_query: boolean
}

/** See `rules/hygiene.yaml`: sizes in bytes, and the list of methods. */
export type HygieneModel = HygieneBounds

/** The values of an access guard's CIDR set. */
export const ALLOW = 1
export const DENY = 2

export interface GuardModel {
  readonly id: string
  readonly description: string
  readonly mode: Mode
  readonly scope: Scope
  /** Name of the binary part with the CIDR set (values ALLOW, DENY), or empty when it has none. */
  readonly prefixes: string
  readonly asns: { readonly allow: readonly number[]; readonly deny: readonly number[] }
  readonly countries: { readonly allow: readonly string[]; readonly deny: readonly string[] }
  /** What is on no list is refused (`unlisted: refuse`, the default as soon as there is an allow list). */
  readonly allow_listed_only: boolean
}

/** What requests are counted by. Names are those of Cloudflare's rate limiting rules. */
export type Characteristic =
  | { readonly kind: 'ip.src' | 'cf.colo.id' | 'ip.src.asnum' | 'ip.src.country' }
  | { readonly kind: 'http.host' | 'http.request.method' | 'http.request.uri.path' | 'http.user_agent' }
  | { readonly kind: 'http.request.headers'; readonly name: string }
  | { readonly kind: 'http.request.cookies'; readonly name: string }
  | { readonly kind: 'http.request.uri.args'; readonly name: string }

export interface LimitModel {
  readonly id: string
  readonly description: string
  readonly mode: Mode
  readonly scope: Scope
  readonly characteristics: readonly Characteristic[]
  /** Seconds. */
  readonly period: number
  readonly requests_per_period: number
  /** Seconds a client stays refused once over the limit; 0 refuses only while it is over. */
  readonly mitigation_timeout: number
  readonly action: 'block' | 'log'
  readonly on_error: OnError
  /** Milliseconds to wait for the counters before `on_error` applies. */
  readonly timeout_ms: number
  /** 400 to 499. */
  readonly status: number
}

export interface HeaderEdits {
  readonly set: readonly (readonly [name: string, value: string])[]
  readonly add: readonly (readonly [name: string, value: string])[]
  readonly remove: readonly string[]
}

export type RouteAction =
  | {
      readonly kind: 'forward'
      /** Scheme, host and port, as `https://origin.example:8443`. */
      readonly origin: string
      /** Replaces the matched prefix; `undefined` keeps the path. */
      readonly replace_prefix?: string
      /** Milliseconds until the response's header section must have come; 0 is no bound. */
      readonly timeout_ms: number
    }
  | {
      readonly kind: 'redirect'
      readonly status: 301 | 302 | 303 | 307 | 308
      /** Absolute URL or path; `preserve_path` and `preserve_query` append the request's own. */
      readonly location: string
      readonly preserve_path: boolean
      readonly preserve_query: boolean
    }
  | {
      readonly kind: 'respond'
      readonly status: number
      readonly content_type: string
      readonly body: string
    }

export interface RouteModel {
  readonly id: string
  readonly description: string
  /** Exact names, `*.suffix`, or `*` for every host no other route names. */
  readonly hosts: readonly string[]
  readonly path: PathPattern
  readonly action: RouteAction
  readonly relax: readonly Relaxation[]
  /** Bytes. */
  readonly max_body: number
  /** Bodies of a known length up to this many bytes, none included, are covered by Content-Digest; 0 is never. */
  readonly digest_body: number
  readonly request_headers: HeaderEdits
  readonly response_headers: HeaderEdits
}
