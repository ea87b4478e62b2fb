/**
 * One request through a policy, stage by stage: plain data for the terminal and for JSON. Values of header
 * fields that look secret are hidden in all of it.
 * @module
 */
import type { Phase } from '../../bundle/model.ts'
import type { Mode, Stage } from '../../http/decision.ts'
import type { ExpressionPart } from './explain-expression.ts'

type Field = readonly [name: string, value: string]

/** A rule, guard, limit or check. */
export interface ItemReport {
  /** As in records: `access.admin`. */
  readonly id: string
  /** As it is effective, capped by its stage's. */
  readonly mode: Mode
  /** It had an effect, or would have had one in mode `enforce`. */
  readonly applies: boolean
  /** What it made of the request, a few words. */
  readonly result: string
  /** It ended the request. */
  readonly ends?: true
  readonly expression?: ExpressionPart
}

export interface StageReport {
  readonly stage: Exclude<Stage, 'body' | 'forward'>
  /** Of stage `rules`, which runs several times. */
  readonly phase?: Phase
  readonly state: 'passes' | 'ends' | 'off' | 'skipped' | 'not reached'
  readonly items: readonly ItemReport[]
}

export interface OutcomeReport {
  readonly action: 'pass' | 'block' | 'challenge' | 'redirect' | 'respond'
  /** Of the answer; absent for what the origin answers. */
  readonly status?: number
  readonly stage?: Stage
  readonly rule?: string
  readonly reason?: string
  readonly fix?: string
  readonly location?: string
  readonly route?: string
  /** Rules that `log` mode or action saw. */
  readonly logged: readonly string[]
}

export interface RequestReport {
  /** Version of the policy. */
  readonly policy: string
  readonly request: {
    readonly method: string
    /** As it was given. */
    readonly url: string
    readonly scheme: string
    /** As they are matched. */
    readonly host: string
    readonly path: string
    readonly query: string
    readonly ip?: string
    readonly country?: string
    readonly asn?: number
    readonly colo?: string
    readonly tls?: string
    readonly http?: string
    readonly headers: readonly Field[]
    readonly content: boolean
  }
  /** What was not given and what was taken instead, and what is not looked at. */
  readonly notes: readonly string[]
  readonly stages: readonly StageReport[]
  readonly outcome: OutcomeReport
  /** What the origin would get; absent when nothing goes there. */
  readonly origin?: {
    readonly method: string
    readonly url: string
    readonly headers: readonly Field[]
    /** Fields that are made when it is sent. */
    readonly later: readonly string[]
  }
}
