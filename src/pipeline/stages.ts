/**
 * A policy made ready to decide: every stage built once per bundle, nothing parsed per request.
 * @module
 */
import type { Bundle } from '../bundle/bundle.ts'
import { capMode } from '../http/decision.ts'
import { createHygiene, type HygieneStage } from '../http/hygiene.ts'
import { longestValue } from '../http/longest-value.ts'
import { type AccessStage, createAccess } from '../ingress/access.ts'
import { type Challenge, createChallenge } from '../ingress/challenge/challenge.ts'
import { createLimiter, type Limiter, type LimiterOptions } from '../ingress/limits/limiter.ts'
import { openLists } from '../ingress/rules/rule-lists.ts'
import { createRules, type Rules } from '../ingress/rules/rules.ts'
import { createRouter, type Router } from '../shield/router.ts'

export interface Stages {
  /** Version of the policy the stages were built from. */
  readonly version: string
  readonly unknownHost: 404 | 421
  readonly hygiene: HygieneStage
  readonly access: AccessStage
  readonly rules: Rules
  /** Issues what rules ask for, and takes the solutions. */
  readonly challenge: Challenge
  readonly limiter: Limiter
  readonly route: Router
}

/** Builds the stages of a bundle. Limits count where `limiter` says; its secret keys the challenges too. */
export function linkPolicy(bundle: Bundle, limiter: LimiterOptions): Stages {
  const { model } = bundle
  const { stages } = model.settings
  const challenge = createChallenge(limiter.secret)
  const limits = model.limits.map((limit) => ({ ...limit, mode: capMode(limit.mode, stages.limits) }))
  return {
    version: model.version,
    unknownHost: model.settings.unknown_host,
    hygiene: createHygiene(model.hygiene, stages.hygiene),
    access: createAccess(model.access, (name) => bundle.prefixSet(name), stages.access),
    rules: createRules({
      rules: model.rules,
      limits,
      lists: openLists(model.lists, (part) => bundle.prefixSet(part)),
      mode: stages.rules,
      isCleared: challenge.isCleared,
      maxSubject: longestValue(model.hygiene),
    }),
    challenge,
    limiter: createLimiter(limits, limiter),
    route: createRouter(model.routes),
  }
}
