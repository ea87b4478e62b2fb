import { describe, expect, it } from 'vitest'
import { countLimit } from '../../../src/ingress/limits/counted-limit.ts'
import { MAX_QUEUED, MAX_WAITED_KEYS, MAX_WAITERS } from '../../../src/ingress/limits/tuning.ts'
import {
  createWaitingList,
  type Question,
  type WaitingList,
} from '../../../src/ingress/limits/waiting-list.ts'
import { createLimit } from './request.ts'

const LIMIT = countLimit(createLimit(), 1, false)
const quiet = { retry: () => false, fail: () => {} }

function open(list: WaitingList, n: number): Question {
  const question = list.open(n, n, LIMIT)
  if (question === undefined) throw new Error('no room')
  return question
}

describe('waiting list', () => {
  it('has one question per key, and tells keys apart that agree in 53 bits', () => {
    const list = createWaitingList()
    expect(open(list, 1)).toBe(open(list, 1))
    expect(list.unsent).toBe(1)
    expect(list.open(1 + 2 ** 21, 1, LIMIT)).toBeUndefined()
    expect(list.find(1 + 2 ** 21, 1)).toBeUndefined()
  })

  it('has room for so many keys, so many that somebody waits for, and so many who wait for one', () => {
    const list = createWaitingList()
    for (let n = 0; n < MAX_QUEUED; n++) open(list, n)
    expect(list.open(MAX_QUEUED, MAX_QUEUED, LIMIT)).toBeUndefined()
    for (let n = 0; n < MAX_WAITED_KEYS; n++) expect(list.join(open(list, n), quiet)).toBe(true)
    expect(list.join(open(list, MAX_WAITED_KEYS), quiet)).toBe(false)
    const waiters = Array.from({ length: MAX_WAITERS - 1 }, () => ({ ...quiet }))
    for (const waiter of waiters) expect(list.join(open(list, 0), waiter)).toBe(true)
    expect(list.join(open(list, 0), quiet)).toBe(false)
    list.leave(open(list, 1), quiet)
    expect(list.join(open(list, MAX_WAITED_KEYS), quiet)).toBe(true)
  })

  it('picks first what somebody waits for, and nothing twice', () => {
    const list = createWaitingList()
    for (let n = 0; n < 10; n++) open(list, n)
    list.join(open(list, 7), quiet)
    const picked = list.pick(4)
    expect(picked.map(({ hi }) => hi)).toEqual([7, 0, 1, 2])
    for (const question of picked) list.markSent(question, 1)
    expect([list.unsent, list.pick(100).length]).toEqual([6, 6])
    list.markUnsent(open(list, 7))
    list.markUnsent(open(list, 7))
    expect([list.unsent, list.pick(1)[0]?.hi]).toEqual([7, 7])
  })

  it('lets those wait on who have to, and counts closed questions out', () => {
    const list = createWaitingList()
    const question = open(list, 1)
    const calls: string[] = []
    list.join(question, { retry: () => true, fail: () => calls.push('fail a') })
    list.join(question, { retry: () => false, fail: () => calls.push('fail b') })
    list.wake(question, 0)
    expect(question.waiters).toHaveLength(1)
    list.fail(question, 0)
    expect([calls, question.waiters.length]).toEqual([['fail b'], 0])
    list.close(question)
    list.close(question)
    expect([list.unsent, list.find(1, 1)]).toEqual([0, undefined])
  })
})
