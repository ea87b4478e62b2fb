/**
 * A policy made ready to decide: every stage built once per bundle, nothing parsed per request.
 * @module
 */

import type { BotsModel } from '../bundle/bots-model.ts'
import type { Bundle } from '../bundle/bundle.ts'
import { DEFAULT_CHALLENGE } from '../bundle/default-challenge.ts'
import type { BodiesModel } from '../bundle/dos-model.ts'
import type { LimitModel, PolicyModel } from '../bundle/model.ts'
import { capMode } from '../http/decision.ts'
import type { RequestFacts } from '../http/facts.ts'
import { createHygiene, type HygieneStage } from '../http/hygiene.ts'
import { longestValue } from '../http/longest-value.ts'
import { compileScope } from '../http/scope.ts'
import { type AccessStage, createAccess } from '../ingress/access.ts'
import { type Challenge, type ChallengeOptions, createChallenge } from '../ingress/challenge/challenge.ts'
import { isUnchallengeable } from '../ingress/challenge/request-kind.ts'
import type { BanTable } from '../ingress/dos/ban-table.ts'
import { createDosStage, type DosStage } from '../ingress/dos/dos-stage.ts'
import { createLimiter, type Limiter, type LimiterOptions } from '../ingress/limits/limiter.ts'
import { openLists } from '../ingress/rules/rule-lists.ts'
import { createRules, type Rules } from '../ingress/rules/rules.ts'
import { createRouter, type Router } from '../shield/router.ts'
import { capLimits } from './cap-limits.ts'
import { type BotsMemory, type LinkedBots, linkBots } from './link-bots.ts'

export interface Stages {
  /** Version of the policy the stages were built from. */
  readonly version: string
  readonly unknownHost: 404 | 421
  readonly hygiene: HygieneStage
  readonly access: AccessStage
  readonly dos: DosStage
  readonly rules: Rules
  /** Issues what stages and rules ask for, and takes the solutions. */
  readonly challenge: Challenge
  /** Who clients are; absent in policies without `bots.yaml`. */
  readonly bots?: LinkedBots
  readonly limiter: Limiter
  /** Whether some limit that may be about this request counts by its content. */
  readonly limitsReadBody: (facts: RequestFacts) => boolean
  /** What the content of requests may be. */
  readonly bodies: BodiesModel
  readonly route: Router
}

/** What outlives a policy, or is none of its business. */
export interface Surroundings {
  readonly limiter: LimiterOptions
  /** Bans and attacks that are in force. */
  readonly bans: BanTable
  /** Absent: the limiter's secret keys challenges, and nobody knows whether a solution is used again. */
  readonly challenge?: Pick<ChallengeOptions, 'secrets' | 'spend' | 'providers'>
  /** Absent: nobody is looked up, and the policy's own lists are all there is. */
  readonly bots?: BotsMemory
}

/** Builds the stages of a bundle. Limits count where `limiter` says. */
export function linkPolicy(bundle: Bundle, surroundings: Surroundings): Stages {
  const { limiter, bans } = surroundings
  const { model } = bundle
  const { stages } = model.settings
  const challenge = linkChallenge(model, surroundings)
  const { exempt } = (model.bots ?? { challenge: DEFAULT_CHALLENGE }).challenge
  const asking = {
    isCleared: challenge.isCleared,
    isUnchallengeable: (facts: RequestFacts) => isUnchallengeable(facts, exempt),
  }
  const limits = capLimits(model)
  return {
    version: model.version,
    unknownHost: model.settings.unknown_host,
    hygiene: createHygiene(model.hygiene, stages.hygiene),
    access: createAccess(model.access, (name) => bundle.prefixSet(name), stages.access),
    dos: createDosStage(model.dos, { mode: stages.dos, bans, ...asking }),
    rules: createRules({
      rules: model.rules,
      limits,
      lists: openLists(model.lists, (part) => bundle.prefixSet(part)),
      mode: stages.rules,
      ...asking,
      maxSubject: longestValue(model.hygiene),
    }),
    challenge,
    ...(model.bots === undefined ? {} : { bots: linkModel(bundle, model.bots, challenge, surroundings) }),
    limiter: createLimiter(limits, limiter),
    limitsReadBody: createBodyTest(limits),
    bodies: { ...model.dos.bodies, mode: capMode(model.dos.bodies.mode, stages.dos) },
    route: createRouter(model.routes),
  }
}

function linkModel(
  bundle: Bundle,
  model: BotsModel,
  challenge: Challenge,
  { limiter, bots }: Surroundings,
): LinkedBots {
  const mode = bundle.model.settings.stages.bots ?? 'enforce'
  return linkBots(bundle, model, { mode, challenge, secret: limiter.secret, memory: bots })
}

function linkChallenge({ bots }: PolicyModel, { challenge, limiter }: Surroundings): Challenge {
  const floor = bots?.bands.find(({ step }) => step !== 'none')?.from
  return createChallenge({
    model: bots?.challenge ?? DEFAULT_CHALLENGE,
    relays: bots?.asns.relay ?? [],
    ...(floor === undefined ? {} : { floor }),
    ...(challenge ?? { secrets: [limiter.secret], spend: async () => 'unknown' as const }),
  })
}

function createBodyTest(limits: readonly LimitModel[]): Stages['limitsReadBody'] {
  const scopes = limits
    .filter(({ readsBody, mode }) => readsBody && mode !== 'off')
    .map(({ scope }) => compileScope(scope))
  if (scopes.length === 0) return () => false
  return ({ hasBody, host, target, method }) =>
    hasBody && scopes.some((matches) => matches(host.name, target.path, method))
}
