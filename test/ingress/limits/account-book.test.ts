import { describe, expect, it } from 'vitest'
import { createSettlement } from '../../../src/ingress/limits/settlement.ts'
import { createMessage, createReport } from '../../contract/counter-shards.ts'

const NOW = 1_780_000_000_000
let seq = 0

function fill(accounts: number) {
  const shard = createSettlement({ accounts })
  const say = (change: Parameters<typeof createReport>[0]) => {
    const report = createReport({ now: NOW, ...change })
    shard.exchange(createMessage(1, ++seq, [report]), NOW)
    return report
  }
  const room = (report: ReturnType<typeof say>): number | undefined =>
    shard.exchange(createMessage(2, ++seq, [{ ...report, used: 0, want: 0 }]), NOW).answers[0]?.room
  return { shard, say, room }
}

describe('accounts of a shard', () => {
  it('are bounded, and the one named longest ago gives way', () => {
    const { shard, say, room } = fill(100)
    const reports = Array.from({ length: 101 }, () => say({ used: 5 }))
    expect(shard.live).toBe(100)
    expect(shard.evicted).toBe(1)
    expect(reports.slice(1).every((report) => room(report) === 95)).toBe(true)
  })

  it('of refused and well used keys outlive any number of others', () => {
    const { shard, say, room } = fill(100)
    const refused = Array.from({ length: 10 }, () => say({ used: 100, want: 1 }))
    const busy = Array.from({ length: 10 }, () => say({ used: 60 }))
    for (let n = 0; n < 20_000; n++) say({ used: 1 })
    expect(shard.live).toBe(100)
    expect(refused.every((report) => room(report) === 0)).toBe(true)
    expect(busy.every((report) => room(report) === 40)).toBe(true)
  })

  it('give way even when all are worth keeping', () => {
    const { shard, say, room } = fill(50)
    for (let n = 0; n < 200; n++) say({ used: 100, want: 1 })
    expect(shard.live).toBe(50)
    expect(room(say({ used: 30 }))).toBe(70)
  })

  it('give way to the places of isolates, too', () => {
    const shard = createSettlement({ accounts: 400 })
    const reports = Array.from({ length: 20 }, () => createReport({ now: NOW, used: 1 }))
    for (let isolate = 1; isolate <= 100; isolate++) shard.exchange(createMessage(isolate, 1, reports), NOW)
    expect(shard.evicted).toBeGreaterThan(0)
    expect(shard.live).toBeLessThanOrEqual(20)
    expect(shard.live).toBeGreaterThanOrEqual(8)
  })
})
