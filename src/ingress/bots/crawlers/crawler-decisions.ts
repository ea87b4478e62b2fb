/**
 * What the policy of crawlers says to a client, in words.
 * @module
 */
import type { AgentClass } from '../../../bundle/bots-model.ts'
import type { Decision } from '../../../http/decision.ts'
import type { PaymentError } from './payment.ts'

/** The level that no crawler climbs: a proof of work. */
const LEVEL = 2

/** Who the terms are about: `GPTBot` of `ai-train`, or all of a class. */
export interface Party {
  readonly class: AgentClass
  /** Name of the agent when the terms are its own. */
  readonly agent?: string
}

function common({ class: name, agent }: Party): Pick<Decision, 'stage' | 'rule' | 'fix' | 'mode'> {
  const place = agent === undefined ? `crawlers.classes.${name}` : `crawlers.agents[${JSON.stringify(agent)}]`
  return {
    stage: 'bots',
    rule: `bots.crawler.${name}`,
    fix: `Set \`${place}\` in rules/bots.yaml to what these clients are to get: allow, verify, rate, …`,
    mode: 'enforce',
  }
}

export function denial(party: Party): Decision {
  const reason = 'This site does not serve automated clients of this kind.'
  return { ...common(party), action: 'block', reason, status: 403 }
}

/** @param status Of challenges in this policy. @param isClaim Whether the client's name is what has to be proved. */
export function challenge(party: Party, status: number, isClaim: boolean): Decision {
  const reason = isClaim
    ? 'This site serves automated clients of this kind when they can be told from impostors, and this one cannot.'
    : 'The client says that it is automated, and this site asks such clients for a challenge.'
  return { ...common(party), action: 'challenge', reason, status, level: LEVEL }
}

const BAD_REQUEST = 400
const PAYMENT_REQUIRED = 402

const PAYMENT: Readonly<Record<PaymentError, readonly [status: number, reason: string]>> = {
  MissingCrawlerPrice: [PAYMENT_REQUIRED, 'Automated clients of this kind pay for requests to this site.'],
  ConflictingPriceHeaders: [
    BAD_REQUEST,
    'The request has both crawler-exact-price and crawler-max-price; send one of them.',
  ],
  InvalidCrawlerPriceValue: [
    BAD_REQUEST,
    'The price in the request is not of the form `USD 0.01`: a currency, a space, an amount.',
  ],
  StrongAuthRequired: [BAD_REQUEST, 'Only requests with a verified Web Bot Auth signature can be charged.'],
  InvalidSignature: [
    BAD_REQUEST,
    'The signature must cover the field with the price, and be the only one of the request.',
  ],
  InvalidCrawlerExactPrice: [PAYMENT_REQUIRED, 'The price in the request is not the price of this site.'],
  InvalidCrawlerMaxPrice: [
    PAYMENT_REQUIRED,
    'The price of this site is higher than what the request offers.',
  ],
}

/** @param price As the policy has it: `USD 0.01`. */
export function paymentRequest(party: Party, error: PaymentError, price: string): Decision {
  const [status, reason] = PAYMENT[error]
  const fields = { 'crawler-price': price, 'crawler-error': error }
  return { ...common(party), action: 'block', reason, status, fields }
}

/** The maze instead of a page. */
export function detour(party: Party): Decision {
  const reason = 'Automated clients of this kind are led into the maze.'
  return { ...common(party), rule: 'bots.labyrinth', action: 'respond', reason, status: 200 }
}
