/**
 * How a challenge can be solved, as one byte.
 * @module
 */
import type { Offer } from './offer.ts'

/** In the order of their numbers, which tokens and cookies out there have: append only. */
const METHODS: readonly Offer['method'][] = ['wait', 'proof', 'turnstile', 'hcaptcha']

export function methodNumber(method: Offer['method']): number {
  return METHODS.indexOf(method)
}

export function methodOf(number: number): Offer['method'] {
  return METHODS[number] ?? 'wait'
}
