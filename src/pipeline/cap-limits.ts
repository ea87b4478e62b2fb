/**
 * The limits of a policy, no stronger than their stages.
 * @module
 */
import type { LimitModel, PolicyModel } from '../bundle/model.ts'
import { capMode } from '../http/decision.ts'

/**
 * Rates of crawlers, which come from `bots.yaml`, are of two stages: a kill switch of either ends them. Unlike limits
 * that somebody has asked to announce, they tell clients nothing before they are enforced.
 */
export function capLimits({ limits, settings, bots }: PolicyModel): readonly LimitModel[] {
  const { stages } = settings
  return limits.map((limit) => {
    const mode = capMode(limit.mode, stages.limits)
    if (bots === undefined || !isCrawlerRate(limit)) return { ...limit, mode }
    const capped = capMode(capMode(mode, bots.mode), stages.bots ?? 'enforce')
    return { ...limit, mode: capped, announce: limit.announce && capped === 'enforce' }
  })
}

/** By name, and by what it asks for: an operator's own limit may have such a name. */
function isCrawlerRate({ id, filter }: LimitModel): boolean {
  return id.startsWith('bots-') && JSON.stringify(filter ?? null).includes('"sallyport.bot.')
}
