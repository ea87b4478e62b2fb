/**
 * The schemes that are compared.
 * @module
 */
import type { Scheme } from '../scheme.ts'
import { createLeased } from './leased.ts'
import { ISOLATE_ONLY, LAGGED } from './local.ts'
import { createNaive } from './naive.ts'
import { createSampled } from './sampled.ts'

export const SCHEMES: readonly Scheme[] = [
  createNaive('A', 'call per request, fails open', false),
  createNaive('A2', 'the same with a block cache', true),
  ISOLATE_ONLY,
  LAGGED,
  createLeased('C', 'leases only: no allowance, no grace', { theta: 0, grace: 0 }),
  createSampled('D2', '2 % reported', 0.02),
  createSampled('D10', '10 % reported', 0.1),
  createLeased('ours', 'Sallyport'),
]

/** @throws Error that names the schemes there are. */
export function findScheme(id: string): Scheme {
  const found = SCHEMES.find((scheme) => scheme.id === id)
  if (found) return found
  throw new Error(`There is no scheme "${id}". There are: ${SCHEMES.map((one) => one.id).join(', ')}.`)
}
