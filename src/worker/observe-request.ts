/**
 * Tells the watch of floods what came and what became of it.
 * @module
 */
import type { RequestFacts } from '../http/facts.ts'
import { CHALLENGE_PATH } from '../ingress/challenge/offer.ts'
import type { Outcome } from '../pipeline/outcome.ts'
import { endsAtOwnEndpoint } from '../pipeline/own-endpoint.ts'
import type { Answered } from './answered.ts'
import type { Runtime } from './runtime.ts'

const BAN_RULE = 'dos.ban'

/** To be called as soon as a request is decided: an origin that hangs must not keep a flood from being seen. */
export function observeRequest(
  { watch, sync }: Runtime,
  facts: RequestFacts,
  { terminal, route, limits }: Outcome,
  keepAlive: (work: Promise<unknown>) => void,
): void {
  const isOwn = endsAtOwnEndpoint(facts.target.path, terminal)
  // Before challenges stand no limits: who floods them has to be seen here.
  if (isOwn && facts.target.path !== CHALLENGE_PATH) return
  const now = Date.now()
  const seen = {
    isBanned: terminal?.rule === BAN_RULE,
    // Not what attack mode itself challenges: that would be a reason for it to go on.
    isDenied: terminal?.stage === 'limits' || terminal?.rule === BAN_RULE,
    isOwn,
  }
  watch.see(facts, route?.model.id ?? '', seen, limits?.offence, now)
  sync.exchange(facts.client.colo, now, keepAlive)
}

/** To be called when there is an answer. */
export function observeAnswer(
  { watch }: Runtime,
  facts: RequestFacts,
  { route }: Outcome,
  { response, fromOrigin }: Answered,
): void {
  if (fromOrigin === true) watch.answered(facts.host.name, route?.model.id ?? '', response.status >= 500)
}
