/**
 * Decisions are data: a stage looks at facts and policy and returns one of these. It throws nothing.
 * @module
 */

/** Whether a rule or stage acts on what it finds: not evaluated, recorded only, or carried out. */
export type Mode = 'off' | 'log' | 'enforce'

/** A rule acts no more strongly than its stage. */
export function capMode(rule: Mode, stage: Mode): Mode {
  if (rule === 'off' || stage === 'off') return 'off'
  return rule === 'log' || stage === 'log' ? 'log' : 'enforce'
}

/** The stages of a request's life, in order. `docs/life-of-a-request.md` tells what each one does. */
export type Stage = 'hygiene' | 'access' | 'dos' | 'rules' | 'limits' | 'bots' | 'route' | 'body' | 'forward'

/** What ends a request: the answers that a decision can lead to. */
export type Ending = 'block' | 'redirect' | 'respond' | 'challenge'

/** Cloudflare's kinds of challenge, from the lightest. */
export type ChallengeKind = 'js_challenge' | 'managed_challenge' | 'challenge'

/**
 * What a stage found. Absence of a decision means "nothing to say": the request goes on.
 *
 * `rule` is the id an operator looks up in `rules/` or in `docs/rules.md`; `reason` is one plain sentence
 * for a person; `fix` says how the operator can allow what was refused. None of them ever holds a value
 * taken from the request; `location` may.
 */
export interface Decision {
  /** `log`, `skip` and `rewrite` never end a request: they are seen in log mode only. */
  readonly action: Ending | 'log' | 'skip' | 'rewrite'
  readonly stage: Stage
  readonly rule: string
  readonly reason: string
  readonly mode: Exclude<Mode, 'off'>
  /** HTTP status code of the answer to the client; 0 for what does not answer. */
  readonly status: number
  readonly fix?: string
  /** Seconds after which a refused client may try again: the `Retry-After` field (RFC 9110 section 10.2.3). */
  readonly retryAfter?: number
  /** The methods that are taken: the `Allow` field that a 405 must have (RFC 9110 section 15.5.6). */
  readonly allow?: readonly string[]
  /** Where a rule's redirect leads: an absolute http(s) URL or a path, safe as a field value. */
  readonly location?: string
  /** Which challenge a rule asks for. */
  readonly challenge?: ChallengeKind
  /** The level of the challenge ladder that is required, 1 to 3, where the decision and not its kind says so. */
  readonly level?: 1 | 2 | 3
  /** Replaces the problem document of a refusal, as the policy says: never made of the request. */
  readonly content?: { readonly type: string; readonly body: string }
  /** Fields that a refusal has beside its own, in lower case, as the policy says: never made of the request. */
  readonly fields?: Readonly<Record<string, string>>
  /** The request's body cannot be trusted to be framed: answer and close. */
  readonly close?: boolean
}

/** What one stage says of a request: at most one decision that ends it, and what `log` mode saw on the way. */
export interface StageResult {
  readonly terminal?: Decision
  readonly logged: readonly Decision[]
}

/** The result of a stage that has nothing to say; shared so that the common path allocates nothing. */
export const NOTHING: StageResult = Object.freeze({ logged: Object.freeze([]) as readonly Decision[] })
