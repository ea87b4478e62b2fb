/**
 * Which of the policies that run a request gets.
 * @module
 */
import type { LivePolicy } from '../bundle/live-policy.ts'
import { isInShare } from '../bundle/rollout-share.ts'
import { scanHeaders } from '../http/headers.ts'
import { countingKey } from '../net/address.ts'
import type { ClientSource, RequestProperties } from './client-facts.ts'
import type { Runtime } from './runtime.ts'

/** The candidate for clients in its share, the active policy for all others. */
export function chooseRuntime(
  live: LivePolicy<Runtime>,
  request: Request,
  readClient: ClientSource,
): Runtime {
  const { active, rollout } = live
  if (rollout?.mode !== 'percent') return active.linked
  const { address } = readClient(scanHeaders(request.headers), request.cf as RequestProperties | undefined)
  // A client without an address is in the share or not together with all others like it.
  const unit = address === undefined ? '' : countingKey(address)
  return isInShare(rollout.salt, unit, rollout.percent) ? rollout.candidate.linked : active.linked
}
