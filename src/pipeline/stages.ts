/**
 * A policy made ready to decide: every stage built once per bundle, nothing parsed per request.
 * @module
 */
import type { Bundle } from '../bundle/bundle.ts'
import { capMode } from '../http/decision.ts'
import { createHygiene, type HygieneStage } from '../http/hygiene.ts'
import { type AccessStage, createAccess } from '../ingress/access.ts'
import { createLimiter, type Limiter, type LimiterOptions } from '../ingress/limits/limiter.ts'
import { createRouter, type Router } from '../shield/router.ts'

export interface Stages {
  /** Version of the policy the stages were built from. */
  readonly version: string
  readonly unknownHost: 404 | 421
  readonly hygiene: HygieneStage
  readonly access: AccessStage
  readonly limiter: Limiter
  readonly route: Router
}

/** Builds the stages of a bundle. Limits count where `limiter` says. */
export function linkPolicy(bundle: Bundle, limiter: LimiterOptions): Stages {
  const { model } = bundle
  const { stages } = model.settings
  return {
    version: model.version,
    unknownHost: model.settings.unknown_host,
    hygiene: createHygiene(model.hygiene, stages.hygiene),
    access: createAccess(model.access, (name) => bundle.prefixSet(name), stages.access),
    limiter: createLimiter(
      model.limits.map((limit) => ({ ...limit, mode: capMode(limit.mode, stages.limits) })),
      limiter,
    ),
    route: createRouter(model.routes),
  }
}
