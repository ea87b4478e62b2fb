import { describe, expect, it } from 'vitest'
import type { Count } from '../../src/ingress/limits/counters.ts'
import { callCounterObjects } from '../../src/worker/durable-counters.ts'
import { createHit } from '../contract/counters.ts'

const COUNT: Count = { allowed: true, until: 0, remaining: 1 }

/** A binding whose objects fail as told, one fault per call, and then answer. */
function open(...faults: unknown[]) {
  const names: string[] = []
  const namespace = {
    getByName: (name: string) => {
      names.push(name)
      return {
        async hit() {
          if (faults.length > 0) throw faults.shift()
          return [COUNT]
        },
      }
    },
  }
  return { names, call: callCounterObjects(namespace) }
}

const fault = (marks: object): Error => Object.assign(new Error('call failed'), marks)

describe('calls to counter objects', () => {
  it('name the object by version and shard, with a stub per call', async () => {
    const { call, names } = open()
    await call(3, [createHit()])
    expect(await call(3, [createHit()])).toEqual([COUNT])
    expect(names).toEqual(['limits:v1:3', 'limits:v1:3'])
  })

  it('are tried again once, with a new stub, when the runtime says that may help', async () => {
    const { call, names } = open(fault({ retryable: true }))
    expect(await call(0, [createHit()])).toEqual([COUNT])
    expect(names).toHaveLength(2)
  })

  it.each([
    ['a second fault', [fault({ retryable: true }), fault({ retryable: true })], 2],
    ['an overloaded object', [fault({ retryable: true, overloaded: true })], 1],
    ['an error of the object itself', [fault({ remote: true })], 1],
    ['something that is no error', ['gone'], 1],
  ] as const)('fail on %s', async (_, faults, tries) => {
    const { call, names } = open(...faults)
    await expect(call(0, [createHit()])).rejects.toBeDefined()
    expect(names).toHaveLength(tries)
  })
})
