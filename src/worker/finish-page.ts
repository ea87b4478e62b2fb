/**
 * What a response gets because of who the client is: its clearance anew, the hidden link, what it is charged.
 * @module
 */
import { applyHeaderEdits } from '../http/header-edit.ts'
import { type Charge, isChargeable } from '../ingress/bots/crawlers/crawlers.ts'
import { injectLink } from '../ingress/bots/labyrinth/link-injector.ts'
import { planLink } from '../ingress/bots/labyrinth/link-plan.ts'
import { requestKind } from '../ingress/challenge/request-kind.ts'
import { addRenewal } from './challenge-renewal.ts'
import type { Passage } from './passage.ts'

export interface FinishedPage {
  readonly response: Response
  /** What the client has agreed to pay for it. */
  readonly charge?: Charge
}

/** May change the response's header fields, and gives the response to answer with. */
export function finishPage(response: Response, passage: Passage): FinishedPage {
  const charge = chargeFor(response, passage)
  renewClearance(response, passage)
  return { response: addLink(response, passage), ...(charge ? { charge } : {}) }
}

function chargeFor(response: Response, { runtime, facts, outcome }: Passage): Charge | undefined {
  const { bots } = runtime.stages
  if (bots === undefined || outcome.bot?.agent === undefined || !isChargeable(response.status))
    return undefined
  const charge = bots.crawlers.chargeOf(outcome.bot, facts)
  if (charge) response.headers.set('crawler-charged', charge.price)
  return charge
}

function renewClearance({ status, headers }: Response, { runtime, facts, started }: Passage): void {
  if (facts.headers.get('cookie') === undefined || status === 101 || requestKind(facts) !== 'page') return
  addRenewal(headers, () => runtime.stages.challenge.renewal(facts, started))
}

function addLink(response: Response, { runtime, facts, outcome, started }: Passage): Response {
  const { bots, challenge } = runtime.stages
  if (bots === undefined || outcome.bot === undefined || outcome.bot.verdict?.kind === 'verified')
    return response
  const href = bots.labyrinth.linkFor(facts, started)
  if (href === undefined || challenge.clearanceOf(facts, started)) return response
  const edits = planLink(facts, response)
  if (edits === undefined || response.body === null) return response
  applyHeaderEdits(response.headers, edits)
  return new Response(injectLink(response.body, href), response)
}
