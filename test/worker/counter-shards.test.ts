import { describe, expect, it } from 'vitest'
import type { Exchange, Settlement } from '../../src/ingress/limits/exchange.ts'
import { durableShards } from '../../src/worker/counter-shards.ts'
import { createMessage } from '../contract/counter-shards.ts'

const SETTLEMENT: Settlement = { answers: [], isolates: 3, verdicts: [], cursor: 1 }
const MESSAGE: Exchange = createMessage(1, 1, [])

/** A binding whose objects fail as told, one fault per call, and then answer. */
function open(...faults: unknown[]) {
  const stubs: unknown[] = []
  const messages: Exchange[] = []
  const namespace = {
    getByName: (name: string, options?: { locationHint?: string }) => {
      stubs.push([name, options?.locationHint])
      return {
        async exchange(message: Exchange) {
          messages.push(message)
          if (faults.length > 0) throw faults.shift()
          return SETTLEMENT
        },
      }
    },
  }
  return { stubs, messages, shards: durableShards(namespace) }
}

const fault = (marks: object): Error => Object.assign(new Error('call failed'), marks)

describe('calls to counter objects', () => {
  it('make a stub per call, of an object near the shard that it is for', async () => {
    const { shards, stubs } = open()
    for (const name of ['limits:v2:colo:FRA', 'limits:v2:colo:FRA', 'limits:v2:global:3']) {
      expect(await shards.exchange(name, MESSAGE, 0)).toBe(SETTLEMENT)
    }
    expect(stubs).toEqual([
      ['limits:v2:colo:FRA', 'weur'],
      ['limits:v2:colo:FRA', 'weur'],
      ['limits:v2:global:3', undefined],
    ])
  })

  it('are tried again once, with a new stub and the same message, when the runtime says that may help', async () => {
    const { shards, stubs, messages } = open(fault({ retryable: true }))
    expect(await shards.exchange('a', MESSAGE, 0)).toBe(SETTLEMENT)
    expect(stubs).toHaveLength(2)
    expect(messages).toEqual([MESSAGE, MESSAGE])
  })

  it.each([
    ['a second fault', [fault({ retryable: true }), fault({ retryable: true })], 2],
    ['an overloaded object', [fault({ retryable: true, overloaded: true })], 1],
    ['an error of the object itself', [fault({ remote: true })], 1],
    ['something that is no error', ['gone'], 1],
  ] as const)('fail on %s', async (_, faults, tries) => {
    const { shards, stubs } = open(...faults)
    await expect(shards.exchange('a', MESSAGE, 0)).rejects.toBeDefined()
    expect(stubs).toHaveLength(tries)
  })

  it('leave the marks of an error on it', async () => {
    const overloaded = fault({ overloaded: true })
    await expect(open(overloaded).shards.exchange('a', MESSAGE, 0)).rejects.toBe(overloaded)
  })

  it('reject, and do not throw, when there is no binding to call', async () => {
    const broken = durableShards({
      getByName: () => {
        throw new Error('no such binding')
      },
    })
    await expect(broken.exchange('a', MESSAGE, 0)).rejects.toThrow('no such binding')
  })
})
