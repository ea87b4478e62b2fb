import { describe, expect, it } from 'vitest'
import { type CounterClient, createCounterClient } from '../../../src/ingress/limits/counter-client.ts'
import type { Count, Hit } from '../../../src/ingress/limits/counters.ts'
import { createHit } from '../../contract/counters.ts'

const ALLOWED: Count = { allowed: true, until: 0, remaining: 1 }

/** A client of two shards, told apart by the key's first digit; those in `dead` reject. */
function open(dead: Set<number>) {
  const asked: number[] = []
  const shardOf = (key: string): number => Number(key[0])
  const client = createCounterClient(
    {
      shards: 2,
      shardOf,
      hit: (hits: readonly Hit[]) =>
        hits.map(async ({ key }) => {
          asked.push(shardOf(key))
          if (dead.has(shardOf(key))) throw new Error('gone')
          return ALLOWED
        }),
    },
    () => () => {},
  )
  return { client, asked }
}

const onShard = (shard: number): Hit => createHit({ key: `${shard}00000000000000${shard}` })

async function ask(client: CounterClient, now: number, ...shards: number[]): Promise<unknown[]> {
  const inquiries = shards.map((shard) => ({ hit: onShard(shard), timeout: 50 }))
  return [...(await client.ask(inquiries, now, () => {}))]
}

describe('counter client', () => {
  it('asks a shard on while its failures are not in a row', async () => {
    const dead = new Set<number>()
    const { client } = open(dead)
    for (let n = 0; n < 5; n++) {
      dead.add(0)
      expect(await ask(client, 1000, 0)).toEqual(['error'])
      expect(await ask(client, 1000, 0)).toEqual(['error'])
      dead.clear()
      expect(await ask(client, 1000, 0)).toEqual([ALLOWED])
    }
    expect(client.stats).toEqual({ calls: 15, errors: 10, timeouts: 0, skipped: 0 })
  })

  it('takes limits that fail in one request for one failure of their shard', async () => {
    const dead = new Set([0])
    const { client } = open(dead)
    await ask(client, 1000, 0, 0, 0, 0)
    dead.clear()
    expect(await ask(client, 1000, 0)).toEqual([ALLOWED])
    expect(client.stats.skipped).toBe(0)
  })

  it('stops asking a dead shard only, and answers in the order of the inquiries', async () => {
    const { client, asked } = open(new Set([1]))
    for (let n = 0; n < 3; n++) expect(await ask(client, 1000, 1, 0)).toEqual(['error', ALLOWED])
    asked.length = 0
    expect(await ask(client, 1000, 1, 0, 1)).toEqual(['skipped', ALLOWED, 'skipped'])
    expect(asked).toEqual([0])
  })

  it('asks again for every hit of the request that tries the circuit, and closes it when they succeed', async () => {
    const dead = new Set([1])
    const { client } = open(dead)
    for (let n = 0; n < 3; n++) await ask(client, 1000, 1)
    dead.clear()
    expect(await ask(client, 1999, 1)).toEqual(['skipped'])
    expect(await ask(client, 2000, 1, 1)).toEqual([ALLOWED, ALLOWED])
    expect(await ask(client, 2000, 1)).toEqual([ALLOWED])
  })

  it('asks nothing and answers at once when all circuits concerned are open', async () => {
    const { client, asked } = open(new Set([0]))
    for (let n = 0; n < 3; n++) await ask(client, 1000, 0)
    asked.length = 0
    expect(client.ask([{ hit: onShard(0), timeout: 50 }], 1000, () => {})).toEqual(['skipped'])
    expect(client.stats.calls).toBe(3)
    expect(asked).toEqual([])
  })
})
