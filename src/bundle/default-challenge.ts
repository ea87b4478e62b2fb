/**
 * The challenges of a policy that says nothing of bots: rules may ask for one all the same. The values are those that
 * `rules/bots.yaml` has unless it says otherwise.
 * @module
 */
import type { ChallengeModel } from './bots-model.ts'

export const DEFAULT_CHALLENGE: ChallengeModel = {
  status: 403,
  wait: 3,
  bits: { least: 12, most: 16 },
  life: { wait: 3600, proof: 21_600, interactive: 86_400 },
  max_life: 604_800,
  same_site: 'lax',
  exempt: [],
}
