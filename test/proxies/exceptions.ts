/** Cases of the battery that a door answers in another way than the battery says, each with its reason. */

export interface Exception {
  /** Name of the load balancer or middleware. */
  readonly door: string
  /** Group and name of the case. */
  readonly case: string
  /**
   * What is demanded in place of a refusal.
   * - `repaired`: the application gets what was signed, and nothing else.
   * - `answered`: the application gets nothing, though the answer does not look like a refusal.
   */
  readonly instead: 'repaired' | 'answered'
  /** Why it is so, and why it does no harm. */
  readonly reason: string
}

const URL_PARSED =
  'a runtime hands over a parsed URL: it is the signed one, or the probe’s, before anybody can look at it'

const fetched = (name: string): Exception => ({
  door: 'fetch',
  case: name,
  instead: 'repaired',
  reason: URL_PARSED,
})

export const EXCEPTIONS: readonly Exception[] = [
  fetched('target, a dot segment'),
  fetched('target, a double dot segment'),
  fetched('target, an escaped double dot segment'),
  fetched('target, a fragment'),
  fetched('target, absolute form, another host'),
  fetched('health, the probe’s path after a dot segment'),
  fetched('health, the probe’s path after a double dot segment'),
  fetched('health, the probe’s path with a fragment'),
  fetched('health, the probe’s path in absolute form'),
  {
    door: 'fetch',
    case: 'target, absolute form, user information',
    instead: 'answered',
    reason: '@hono/node-server, the runtime of the tests, makes no Request of such a URL and answers 500',
  },
  {
    door: 'caddy',
    case: 'target, asterisk form',
    instead: 'answered',
    reason: 'Go answers OPTIONS * by itself, with nothing in it, before Caddy hears of it',
  },
]
