import { describe, expect, it } from 'vitest'
import { localShards } from '../../../src/ingress/limits/local-shards.ts'
import { createMessage, createReport, describeCounterShards } from '../../contract/counter-shards.ts'

describe('shards in this process', () => {
  describeCounterShards(async () => ({ shards: localShards() }))

  it('answer at once, by the clock they are given', () => {
    const shards = localShards()
    const now = 1_780_000_000_000
    const report = createReport({ used: 100, want: 1, now, terms: { mitigation: 7, longest: 7 } })
    expect(shards.exchange('a', createMessage(1, 1, [report]), now)).toMatchObject({
      answers: [{ refusedFor: 7000 }],
    })
  })

  it('know nothing of one another', async () => {
    const shards = localShards()
    const report = createReport({ used: 60 })
    await shards.exchange('a', createMessage(1, 1, [report]), Date.now())
    const { answers } = await shards.exchange('b', createMessage(2, 1, [{ ...report, used: 1 }]), Date.now())
    expect(answers[0]?.room).toBe(99)
  })

  it('are forgotten when there are too many, the one asked longest ago first', async () => {
    const shards = localShards({ shards: 2 })
    const report = createReport({ used: 60 })
    const ask = async (name: string, isolate: number): Promise<number | undefined> => {
      const reports = [{ ...report, used: 1 }]
      return (await shards.exchange(name, createMessage(isolate, 1, reports), Date.now())).answers[0]?.room
    }
    await shards.exchange('a', createMessage(1, 1, [report]), Date.now())
    await shards.exchange('b', createMessage(1, 1, [report]), Date.now())
    expect(await ask('a', 2)).toBe(39)
    expect(await ask('c', 2)).toBe(99)
    expect(await ask('a', 3)).toBe(38)
    expect(await ask('b', 3)).toBe(99)
  })
})
