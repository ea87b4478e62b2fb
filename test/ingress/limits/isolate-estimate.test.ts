import { describe, expect, it } from 'vitest'
import { createIsolateEstimate } from '../../../src/ingress/limits/isolate-estimate.ts'

const NOW = 1_800_000_000_000
const SPAN = 60_000

describe('how many isolates there are', () => {
  it('is a guess at first, and more as soon as a shard says more', () => {
    const estimate = createIsolateEstimate(8)
    expect(estimate.count).toBe(8)
    estimate.hear(1, NOW)
    expect(estimate.count).toBe(8)
    estimate.hear(12, NOW + 1)
    expect(estimate.count).toBe(12)
  })

  it('is what the shard says, once it has been heard for a span', () => {
    const estimate = createIsolateEstimate(8)
    estimate.hear(2, NOW)
    estimate.hear(3, NOW + SPAN)
    expect(estimate.count).toBe(3)
  })

  it('does not fall as soon as a shard has forgotten who there is', () => {
    const estimate = createIsolateEstimate(8)
    estimate.hear(40, NOW)
    estimate.hear(40, NOW + SPAN)
    estimate.hear(1, NOW + SPAN + 1)
    estimate.hear(1, NOW + 2 * SPAN)
    expect(estimate.count).toBe(40)
    estimate.hear(1, NOW + 3 * SPAN)
    expect(estimate.count).toBe(1)
  })

  it('takes a clock that was set back', () => {
    const estimate = createIsolateEstimate(8)
    estimate.hear(20, NOW)
    estimate.hear(2, NOW - 1_000_000)
    expect(estimate.count).toBe(20)
    estimate.hear(2, NOW - 1_000_000 + SPAN)
    estimate.hear(2, NOW - 1_000_000 + 2 * SPAN)
    expect(estimate.count).toBe(2)
  })

  it('is never less than one', () => {
    const estimate = createIsolateEstimate(0)
    estimate.hear(0, NOW)
    expect(estimate.count).toBe(1)
  })
})
