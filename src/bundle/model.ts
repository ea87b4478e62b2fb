/**
 * The checked policy as plain data: what `rules/` compiles to and what the stages are built from.
 * Everything here has been validated; readers need not check it again.
 * @module
 */

import type { Relaxation } from '../http/anomaly-rules.ts'
import type { ChallengeKind, Mode } from '../http/decision.ts'
import type { HygieneBounds } from '../http/hygiene-rules.ts'
import type { PathPattern, Scope } from '../http/scope.ts'
import type { LogicalNode, ValueNode } from '../lang/ast.ts'
import type { BotsModel } from './bots-model.ts'
import type { DosModel } from './dos-model.ts'

/** What a limit does when its counters cannot be reached. */
export type OnError = 'open' | 'local' | 'closed'

export interface PolicyModel {
  /** Version of this shape. A reader that does not know it must keep the policy it has. */
  readonly schema: 3
  /** First 16 hex digits of the SHA-256 of the compiled content: names the policy in every record. */
  readonly version: string
  readonly settings: Settings
  readonly hygiene: HygieneModel
  readonly access: readonly GuardModel[]
  /** The lists that expressions name with `$`. */
  readonly lists: readonly ListModel[]
  /** Rules of all phases, in the order of their files; within a phase the order is the order of evaluation. */
  readonly rules: readonly RuleModel[]
  readonly limits: readonly LimitModel[]
  readonly dos: DosModel
  /** Absent: nobody is identified, scored or asked for his kind, as in policies without `bots.yaml`. */
  readonly bots?: BotsModel
  readonly routes: readonly RouteModel[]
}

export interface Settings {
  /** Status for a host no route names: 421 (RFC 9110 section 15.5.20) or 404. */
  readonly unknown_host: 404 | 421
  /** Mode of whole stages; a rule acts no more strongly than its stage. */
  readonly stages: {
    readonly hygiene: Mode
    readonly access: Mode
    readonly rules: Mode
    readonly limits: Mode
    /** Bans, detection and attack mode; guards of bodies too. */
    readonly dos: Mode
    /** Absent is `enforce`: `bots.yaml` has its own mode. */
    readonly bots?: Mode
  }
  /** Signature life in seconds: `expires` − `created`. */
  readonly signature_ttl: number
  /** Decision records per second, per isolate and rule, written in full before sampling starts. */
  readonly records_per_second: number
  /** Adds the query string to decision records. Query values may hold secrets. */
  readonly record_query: boolean
  /** Sends `Sallyport-JWT` to origins; absent is off. */
  readonly origin_jwt?: boolean
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

/**
 * A list of `rules/lists/`. Addresses are in the bundle's part `part`; everything else travels here.
 * Hostnames are exact names or `*.suffix`.
 */
export type ListModel =
  | { readonly name: string; readonly kind: 'ip'; readonly part: string; readonly count: number }
  | { readonly name: string; readonly kind: 'asn'; readonly values: readonly number[] }
  | { readonly name: string; readonly kind: 'country' | 'hostname'; readonly values: readonly string[] }

/** Cloudflare's names of the phases a rule can be in. */
export type Phase =
  | 'http_request_dynamic_redirect'
  | 'http_request_firewall_custom'
  | 'http_request_late_transform'
  | 'http_response_headers_transform'

/** What `skip` can leave out besides rules: a phase, the rate limits, or the stage of bots by Cloudflare's name for it. */
export type SkippablePhase = Phase | 'http_ratelimit' | 'http_request_sbfm'

/** One edit of a header section: a fixed value, or one that an expression gives. */
export type HeaderRewrite =
  | { readonly operation: 'remove'; readonly name: string }
  | { readonly operation: 'set' | 'add'; readonly name: string; readonly value: string }
  | { readonly operation: 'set' | 'add'; readonly name: string; readonly expression: ValueNode }

export type RuleAction =
  | { readonly kind: 'block'; readonly status: number }
  | { readonly kind: 'js_challenge' | 'challenge' | 'managed_challenge' }
  | { readonly kind: 'log' }
  | {
      readonly kind: 'skip'
      /** The rules of this phase that come after. */
      readonly current: boolean
      readonly phases: readonly SkippablePhase[]
      /** Ids of rules. */
      readonly rules: readonly string[]
    }
  | {
      readonly kind: 'redirect'
      readonly status: 301 | 302 | 303 | 307 | 308
      /** Absolute URL or path, or the expression that gives it. */
      readonly target: string | ValueNode
      readonly preserve_query: boolean
    }
  | { readonly kind: 'rewrite'; readonly headers: readonly HeaderRewrite[] }

export interface RuleModel {
  readonly id: string
  readonly description: string
  readonly phase: Phase
  readonly mode: Mode
  /** Share of clients the rule acts on, 0 to 100; the same client is always in or out. */
  readonly percentage: number
  readonly filter: LogicalNode
  /** The source of `filter`, for reports. */
  readonly expression: string
  readonly action: RuleAction
}

/** What requests are counted by. Names are those of Cloudflare's rate limiting rules. */
export type Characteristic =
  | { readonly kind: 'ip.src' | 'cf.colo.id' | 'ip.src.asnum' | 'ip.src.country' }
  | { readonly kind: 'http.host' | 'http.request.method' | 'http.request.uri.path' | 'http.user_agent' }
  | { readonly kind: 'http.request.headers'; readonly name: string }
  | { readonly kind: 'http.request.cookies'; readonly name: string }
  | { readonly kind: 'http.request.uri.args'; readonly name: string }
  /** Any other value of the Rules language; `source` tells two of them apart, and keeps their counters. */
  | { readonly kind: 'expression'; readonly node: ValueNode; readonly source: string }

/** Which requests share one count: those of a data centre, of a region of the world, or all. */
export type CountingScope = 'colo' | 'region' | 'global'

/**
 * How closely a limit is held to: `strict` asks for each request and is exact, `balanced` spends allowances and
 * leases, `relaxed` spends larger ones and never makes a request wait.
 */
export type Accuracy = 'strict' | 'balanced' | 'relaxed'

export interface LimitModel {
  readonly id: string
  readonly description: string
  readonly mode: Mode
  readonly scope: Scope
  /** Refuses only requests that match, and counts only those unless `counting` says otherwise; absent: all in scope. */
  readonly filter?: LogicalNode
  /** Counts only requests that match; when it looks at the response, they are counted once that has come. */
  readonly counting?: { readonly filter: LogicalNode; readonly readsResponse: boolean }
  /** Counts only requests that were sent on to an origin. */
  readonly requests_to_origin: boolean
  readonly characteristics: readonly Characteristic[]
  /** Some characteristic, or the counting, looks at the content of the request. */
  readonly readsBody: boolean
  /** Seconds. */
  readonly period: number
  /** With `score_header`: points, which is Cloudflare's `score_per_period`. */
  readonly requests_per_period: number
  /** Field of the response that says how many points a request costs (1 to 1,000,000): `score_response_header_name`. */
  readonly score_header?: string
  /** Seconds a client stays refused once over the limit; 0 refuses only while it is over. */
  readonly mitigation_timeout: number
  /** Each further refusal lasts `factor` times as long, up to `max` seconds. */
  readonly escalate?: { readonly factor: number; readonly max: number }
  /** After this many refusals the client's address is banned from everything for so many seconds. */
  readonly ban?: { readonly after: number; readonly timeout: number }
  /** `throttle` is `block` with a `mitigation_timeout` of 0. */
  readonly action: 'block' | 'throttle' | 'log' | ChallengeKind
  readonly on_error: OnError
  /** Milliseconds to wait for the counters before `on_error` applies. */
  readonly timeout_ms: number
  /** 400 to 499. */
  readonly status: number
  /** Replaces the problem document of a refusal. */
  readonly response?: { readonly content_type: string; readonly content: string }
  readonly counting_scope: CountingScope
  readonly accuracy: Accuracy
  /** Sends the RateLimit fields with responses that pass, too. */
  readonly announce: boolean
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
  /** All other bodies go in authenticated chunks, which the origin's middleware unwraps; absent: as they are. */
  readonly sign_body?: 'all'
  readonly request_headers: HeaderEdits
  readonly response_headers: HeaderEdits
}
