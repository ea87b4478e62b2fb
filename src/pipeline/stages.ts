/**
 * A policy made ready to decide: every stage built once per bundle, nothing parsed per request.
 * @module
 */
import type { Bundle } from '../bundle/bundle.ts'
import type { BodiesModel } from '../bundle/dos-model.ts'
import type { LimitModel } from '../bundle/model.ts'
import { capMode } from '../http/decision.ts'
import type { RequestFacts } from '../http/facts.ts'
import { createHygiene, type HygieneStage } from '../http/hygiene.ts'
import { longestValue } from '../http/longest-value.ts'
import { compileScope } from '../http/scope.ts'
import { type AccessStage, createAccess } from '../ingress/access.ts'
import { type Challenge, createChallenge } from '../ingress/challenge/challenge.ts'
import type { BanTable } from '../ingress/dos/ban-table.ts'
import { createDosStage, type DosStage } from '../ingress/dos/dos-stage.ts'
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
  readonly dos: DosStage
  readonly rules: Rules
  /** Issues what rules ask for, and takes the solutions. */
  readonly challenge: Challenge
  readonly limiter: Limiter
  /** Whether some limit that may be about this request counts by its content. */
  readonly limitsReadBody: (facts: RequestFacts) => boolean
  /** What the content of requests may be. */
  readonly bodies: BodiesModel
  readonly route: Router
}

/** What outlives a policy, or is none of its business. */
export interface Surroundings {
  /** Its secret keys the challenges too. */
  readonly limiter: LimiterOptions
  /** Bans and attacks that are in force. */
  readonly bans: BanTable
}

/** Builds the stages of a bundle. Limits count where `limiter` says. */
export function linkPolicy(bundle: Bundle, { limiter, bans }: Surroundings): Stages {
  const { model } = bundle
  const { stages } = model.settings
  const challenge = createChallenge(limiter.secret)
  const limits = model.limits.map((limit) => ({ ...limit, mode: capMode(limit.mode, stages.limits) }))
  return {
    version: model.version,
    unknownHost: model.settings.unknown_host,
    hygiene: createHygiene(model.hygiene, stages.hygiene),
    access: createAccess(model.access, (name) => bundle.prefixSet(name), stages.access),
    dos: createDosStage(model.dos, { mode: stages.dos, bans, isCleared: challenge.isCleared }),
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
    limitsReadBody: createBodyTest(limits),
    bodies: { ...model.dos.bodies, mode: capMode(model.dos.bodies.mode, stages.dos) },
    route: createRouter(model.routes),
  }
}

function createBodyTest(limits: readonly LimitModel[]): Stages['limitsReadBody'] {
  const scopes = limits
    .filter(({ readsBody, mode }) => readsBody && mode !== 'off')
    .map(({ scope }) => compileScope(scope))
  if (scopes.length === 0) return () => false
  return ({ hasBody, host, target, method }) =>
    hasBody && scopes.some((matches) => matches(host.name, target.path, method))
}
