/**
 * What agents get, from the one source that robots.txt and the summary are made of, too.
 * @module
 */
import type { AgentModel, BotsModel, CrawlerAction, CrawlerTerms } from '../../../bundle/bots-model.ts'
import type { Decision } from '../../../http/decision.ts'
import type { RequestFacts } from '../../../http/facts.ts'
import type { Assessment } from '../assessment.ts'
import { challenge, denial, detour, type Party, paymentRequest } from './crawler-decisions.ts'
import { createTermsBook } from './held-terms.ts'
import { findPaymentError, type PaymentError } from './payment.ts'
import { parsePrice } from './price.ts'
import { ROBOTS_PATH } from './robots-path.ts'

/** What a verified agent has agreed to pay for a request: for the ledger, the record and `crawler-charged`. */
export interface Charge {
  readonly agent: string
  /** As the policy has it: `USD 0.01`. */
  readonly price: string
}

export interface Crawlers {
  /** The terms of an agent for a canonical path: its own, else its class's. */
  termsFor(agent: AgentModel, path: string): CrawlerTerms
  /**
   * What the policy makes of a client that says it is automated; `undefined` lets it pass. The caller drops a
   * challenge that is solved. Fits `BotsParts.crawlers`.
   */
  decide(assessment: Assessment, facts: RequestFacts): Decision | undefined
  /** What a request that passes is charged; charge it when `isChargeable` says so of the answer's status. */
  chargeOf(assessment: Assessment, facts: RequestFacts): Charge | undefined
}

/** Whether content was sent that can be charged for. */
export function isChargeable(status: number): boolean {
  return status >= 200 && status < 300
}

type CrawlersPolicy = Pick<BotsModel, 'mode' | 'crawlers' | 'challenge' | 'labyrinth'>

/** @param model Its `mode` is that of the stage: nobody is charged by a policy that only looks on. */
export function createCrawlers(model: CrawlersPolicy): Crawlers {
  const book = createTermsBook(model.crawlers)
  const decisions = createDecisions(model)
  return {
    termsFor: (agent, path) => book.forAgent(agent).of(path),
    decide(assessment, facts) {
      const held = book.forClient(assessment)
      const { path } = facts.target
      if (held === undefined || path === ROBOTS_PATH) return undefined
      return judge(held.of(path), held.party, assessment, facts, decisions)
    },
    chargeOf(assessment, facts) {
      const { path } = facts.target
      if (model.mode !== 'enforce' || assessment.agent === undefined || path === ROBOTS_PATH) return undefined
      const { action, price } = book.forAgent(assessment.agent).of(path)
      if (action !== 'price' || price === undefined) return undefined
      if (findError(assessment, facts, price) !== undefined) return undefined
      return { agent: assessment.agent.name, price }
    },
  }
}

function judge(
  { action, price = '' }: CrawlerTerms,
  party: Party,
  assessment: Assessment,
  facts: RequestFacts,
  decisions: Decisions,
): Decision | undefined {
  switch (action) {
    case 'allow':
    case 'rate':
      return undefined
    case 'verify': {
      const kind = assessment.verdict?.kind
      return kind === 'verified' || kind === 'pending' ? undefined : decisions.of(party, action)
    }
    case 'price': {
      const error = findError(assessment, facts, price)
      return error && decisions.ofPrice(party, error, price)
    }
    default:
      return decisions.of(party, action)
  }
}

function findError({ verdict }: Assessment, facts: RequestFacts, text: string): PaymentError | undefined {
  const price = parsePrice(text)
  // The policy's shape has been checked; nobody gets for nothing what has a price, all the same.
  return price === undefined ? 'MissingCrawlerPrice' : findPaymentError(facts, price, verdict)
}

interface Decisions {
  of(party: Party, action: Exclude<CrawlerAction, 'allow' | 'rate' | 'price'>): Decision
  ofPrice(party: Party, error: PaymentError, price: string): Decision
}

/** Each is made once: as many as there are parties, actions, prices and errors in the policy. */
function createDecisions({
  challenge: { status },
  labyrinth,
}: Pick<BotsModel, 'challenge' | 'labyrinth'>): Decisions {
  const hasMaze = labyrinth.mode === 'enforce'
  const made = new Map<string, Decision>()
  const remember = (key: string, make: () => Decision): Decision => {
    const known = made.get(key)
    if (known !== undefined) return known
    const decision = make()
    made.set(key, decision)
    return decision
  }
  return {
    of: (party, action) =>
      remember(`${party.class} ${action} ${party.agent ?? ''}`, () => {
        if (action === 'labyrinth' && hasMaze) return detour(party)
        if (action === 'labyrinth' || action === 'deny') return denial(party)
        return challenge(party, status, action === 'verify')
      }),
    ofPrice: (party, error, price) =>
      remember(`${party.class} ${error} ${price} ${party.agent ?? ''}`, () =>
        paymentRequest(party, error, price),
      ),
  }
}
