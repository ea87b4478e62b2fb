/** Routes and vetted requests that the shield's tests share. */
import type { RouteModel } from '../../src/bundle/model.ts'
import type { ForwardAction, Vetted } from '../../src/shield/outbound.ts'
import { createFacts, type FactsChange } from '../http/facts.ts'

export const REQUEST_ID = '0192f0c1-7d5e-7abc-8def-0123456789ab'
export const NO_EDITS = { set: [], add: [], remove: [] }

export function createRoute(change: Partial<RouteModel> = {}): RouteModel {
  return {
    id: 'site',
    description: '',
    hosts: ['app.example'],
    path: { kind: 'prefix', value: '/' },
    action: { kind: 'respond', status: 200, content_type: 'text/plain', body: '' },
    relax: [],
    max_body: 100,
    digest_body: 10,
    request_headers: NO_EDITS,
    response_headers: NO_EDITS,
    ...change,
  }
}

export interface VettedChange {
  readonly facts?: FactsChange
  readonly route?: Partial<RouteModel>
  readonly action?: Partial<ForwardAction>
  readonly logged?: readonly string[]
  readonly bot?: string
}

export function createVetted(change: VettedChange = {}): Vetted {
  const action: ForwardAction = {
    kind: 'forward',
    origin: 'http://origin.example:8080',
    timeout_ms: 1000,
    ...change.action,
  }
  return {
    facts: createFacts(change.facts),
    route: createRoute({ action, ...change.route }),
    action,
    requestId: REQUEST_ID,
    policy: '0123456789abcdef',
    logged: change.logged ?? [],
    ...(change.bot === undefined ? {} : { bot: change.bot }),
  }
}
