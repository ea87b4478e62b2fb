import { describe, expect, it } from 'vitest'
import type { Count, Hit } from '../../../src/ingress/limits/counters.ts'
import { shardedCounters } from '../../../src/ingress/limits/sharded-counters.ts'
import { createWindowTable } from '../../../src/ingress/limits/window-table.ts'
import { createHit, describeCounters } from '../../contract/counters.ts'

const SHARDS = 4

function open(call?: (shard: number, hits: readonly Hit[]) => Promise<readonly Count[]>) {
  const tables = Array.from({ length: SHARDS }, () => createWindowTable({ capacity: 1024 }))
  const calls: [shard: number, hits: number][] = []
  const counters = shardedCounters({
    shards: SHARDS,
    call: (shard, hits) => {
      calls.push([shard, hits.length])
      return call ? call(shard, hits) : Promise.resolve(tables[shard]?.hit(hits, Date.now()) ?? [])
    },
  })
  return { counters, calls }
}

const allow = async (_: number, hits: readonly Hit[]): Promise<Count[]> =>
  hits.map(({ requests_per_period: remaining }) => ({ allowed: true, until: 0, remaining }))

describe('sharded counters', () => {
  describeCounters(async () => ({ counters: open().counters }))

  it('calls each shard once, whatever the number of hits', async () => {
    const { counters, calls } = open(allow)
    const hits = Array.from({ length: 32 }, () => createHit())
    await Promise.all(counters.hit(hits, 0))
    expect(calls.map(([shard]) => shard).sort()).toEqual([0, 1, 2, 3])
    expect(calls.reduce((sum, [, count]) => sum + count, 0)).toBe(32)
  })

  it('splits what is too much for one call and keeps the order', async () => {
    const { counters, calls } = open(allow)
    const hits = Array.from({ length: 300 }, (_, n) => createHit({ requests_per_period: n + 1 }))
    const counts = await Promise.all(counters.hit(hits, 0))
    expect(counts.map(({ remaining }) => remaining)).toEqual(hits.map((_, n) => n + 1))
    expect(calls.every(([, count]) => count <= 32)).toBe(true)
  })

  const faults: [string, () => Promise<Count[]>][] = [
    ['rejects', () => Promise.reject(new Error('overloaded'))],
    ['answers too little', async () => []],
    [
      'throws',
      () => {
        throw new Error('no binding')
      },
    ],
  ]
  it.each(faults)('fails only the hits of a shard that %s', async (_, fault) => {
    const { counters } = open((shard, hits) => (shard === 2 ? fault() : allow(shard, hits)))
    const hits = Array.from({ length: 40 }, () => createHit())
    const results = await Promise.allSettled(counters.hit(hits, 0))
    const expected = hits.map(({ key }) => (counters.shardOf(key) === 2 ? 'rejected' : 'fulfilled'))
    expect(results.map(({ status }) => status)).toEqual(expected)
    expect(new Set(expected).size).toBe(2)
  })

  it('needs at least one shard', () => {
    for (const shards of [0, -1, 1.5, Number.NaN]) {
      expect(() => shardedCounters({ shards, call: allow })).toThrow('whole number from 1')
    }
  })
})
