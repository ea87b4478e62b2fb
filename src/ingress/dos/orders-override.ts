/**
 * An operator's word about attack mode, checked.
 * @module
 */
import { readHost } from '../../http/host.ts'
import { type Reading, readFields, readReason, readSeconds } from './orders-input.ts'

export interface OverrideRequest {
  /** Empty for all hosts. */
  readonly host: string
  /** Id of a route; empty for all. */
  readonly route: string
  readonly state: 'on' | 'off'
  /** Absent: until it is taken back. */
  readonly seconds?: number
  readonly reason: string
}

const MAX_SECONDS: number = 30 * 24 * 3600
/** As the policy has them. */
const ROUTE = /^[a-z][a-z0-9-]{0,62}$/

/** @param value As parsed from JSON: `state`, and if wanted `host`, `route`, `seconds` and `reason`. */
export function readOverride(value: unknown): Reading<OverrideRequest> {
  const fields = readFields(value, ['state', 'host', 'route', 'seconds', 'reason'])
  if (!fields.ok) return fields
  const { state, seconds, reason = 'Set by an operator.' } = fields.value
  if (state !== 'on' && state !== 'off')
    return { ok: false, message: 'state is on or off; DELETE leaves it to detection again.' }
  const place = readPlace(fields.value.host, fields.value.route)
  if (!place.ok) return place
  const length = seconds === undefined ? undefined : readSeconds(seconds, MAX_SECONDS)
  if (length !== undefined && !length.ok) return length
  const said = readReason(reason)
  if (!said.ok) return said
  const lasting = length === undefined ? {} : { seconds: length.value }
  return { ok: true, value: { ...place.value, state, ...lasting, reason: said.value } }
}

/** The host as requests are matched by it, and the route; absent is all. */
export function readPlace(host: unknown, route: unknown): Reading<Pick<OverrideRequest, 'host' | 'route'>> {
  const name = typeof host === 'string' && host !== '' ? readHost(host, 'https').name : ''
  if (host !== undefined && host !== '' && name === '')
    return { ok: false, message: 'host is the name of a host, as www.example.com.' }
  if (route !== undefined && route !== '' && !(typeof route === 'string' && ROUTE.test(route)))
    return { ok: false, message: 'route is the id of a route, as in rules/routes/.' }
  return { ok: true, value: { host: name, route: typeof route === 'string' ? route : '' } }
}
