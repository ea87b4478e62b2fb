import { describe, expect, it } from 'vitest'
import { findBadHit, MAX_HITS } from '../../../src/ingress/limits/counters.ts'
import { createHit } from '../../contract/counters.ts'

describe('findBadHit', () => {
  it('finds nothing wrong with hits within the bounds', () => {
    expect(findBadHit([])).toBeUndefined()
    expect(findBadHit(Array.from({ length: MAX_HITS }, () => createHit()))).toBeUndefined()
    expect(
      findBadHit([createHit({ mitigation_timeout: 0, period: 1, requests_per_period: 1 })]),
    ).toBeUndefined()
  })

  it.each<[string, unknown]>([
    ['must be an array', { length: 1 }],
    ['at most 32', Array.from({ length: MAX_HITS + 1 }, () => createHit())],
    ['hits[1]: must be an object', [createHit(), null]],
    ['key must be', [createHit({ key: 'ABCDEF0123456789' })]],
    ['key must be', [createHit({ key: '0'.repeat(1_000_000) })]],
    ['key must be', [{ ...createHit(), key: 7 }]],
    ['period must be', [createHit({ period: 0 })]],
    ['period must be', [createHit({ period: 86_401 })]],
    ['period must be', [createHit({ period: 1.5 })]],
    ['requests_per_period must be', [createHit({ requests_per_period: 0 })]],
    ['requests_per_period must be', [createHit({ requests_per_period: Number.POSITIVE_INFINITY })]],
    ['mitigation_timeout must be', [createHit({ mitigation_timeout: -1 })]],
    ['mitigation_timeout must be', [{ ...createHit(), mitigation_timeout: '5' }]],
  ])('says %s', (message, hits) => {
    expect(findBadHit(hits)).toContain(message)
  })
})
