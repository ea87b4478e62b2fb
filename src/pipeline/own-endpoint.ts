/**
 * What the edge answers itself: paths below `/.sallyport/`, which the policy cannot have routes for.
 * @module
 */
import type { Decision } from '../http/decision.ts'

const OWN_PREFIX = '/.sallyport/'

export const OWN_ENDPOINT: Decision = {
  action: 'respond',
  stage: 'route',
  rule: 'route.own-endpoint',
  reason: 'The edge answers below /.sallyport/ itself.',
  mode: 'enforce',
  status: 200,
}

/** Whether a request ends at an endpoint of ours. What stages before the route refuse is refused there too. */
export function endsAtOwnEndpoint(path: string, terminal: Decision | undefined): boolean {
  return path.startsWith(OWN_PREFIX) && (terminal === undefined || terminal.stage === 'route')
}
