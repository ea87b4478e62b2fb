/**
 * Whether a request for something that has a price brings the consent to pay it.
 *
 * Names of fields and errors are those of Cloudflare's Pay Per Crawl, so that crawlers that pay there can pay here.
 * @module
 */
import type { RequestFacts } from '../../../http/facts.ts'
import type { Verdict } from '../assessment.ts'
import { type Price, parsePrice } from './price.ts'

export type PaymentError =
  | 'MissingCrawlerPrice'
  | 'ConflictingPriceHeaders'
  | 'InvalidCrawlerPriceValue'
  | 'StrongAuthRequired'
  | 'InvalidSignature'
  | 'InvalidCrawlerExactPrice'
  | 'InvalidCrawlerMaxPrice'

const EXACT = 'crawler-exact-price'
const MAX = 'crawler-max-price'

/** `undefined` when the request pays `price`; else why it does not. */
export function findPaymentError(
  { headers }: RequestFacts,
  price: Price,
  verdict: Verdict | undefined,
): PaymentError | undefined {
  const exact = headers.get(EXACT)
  const max = headers.get(MAX)
  if (exact !== undefined && max !== undefined) return 'ConflictingPriceHeaders'
  const text = exact ?? max
  if (text === undefined) return 'MissingCrawlerPrice'
  const offer = parsePrice(text)
  if (offer === undefined) return 'InvalidCrawlerPriceValue'
  // Names, addresses and host names are no consent: only who has signed can be charged.
  if (verdict?.kind !== 'verified' || verdict.method !== 'web-bot-auth') return 'StrongAuthRequired'
  if (!isCovered(headers.get('signature-input'), exact === undefined ? MAX : EXACT)) return 'InvalidSignature'
  const isSame = offer.currency === price.currency
  if (exact !== undefined)
    return isSame && offer.millionths === price.millionths ? undefined : 'InvalidCrawlerExactPrice'
  return isSame && offer.millionths >= price.millionths ? undefined : 'InvalidCrawlerMaxPrice'
}

/** Signature-Input with one signature: its label and the components it covers (RFC 9421 section 4.1). */
const ONE_SIGNATURE = /^[a-z*][a-z0-9_.*-]{0,63}=\(([^()]{0,1024})\)(?:;[^()]{0,2048})?$/

/**
 * Whether the one signature of the request covers a field: a price that somebody has added on the way is nobody's
 * consent. That the signature is good is known from the verdict; with several it would not be known which one is.
 */
function isCovered(input: string | undefined, name: string): boolean {
  const components = input === undefined ? undefined : ONE_SIGNATURE.exec(input.trim())?.[1]
  return components?.split(' ').includes(`"${name}"`) === true
}
