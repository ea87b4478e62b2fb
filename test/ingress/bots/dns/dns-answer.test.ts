import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readDnsAnswer } from '../../../../src/ingress/bots/dns/dns-answer.ts'

const NAME = 'a.googlebot.com'
const record = (name: string, type: number, data: string) => ({ name, type, TTL: 60, data })
const read = (value: unknown) => readDnsAnswer(value, NAME, 'A')

describe('the answer of a resolver', () => {
  test('is the data of the records that were asked for', () => {
    const Answer = [record('A.Googlebot.com.', 1, '66.249.66.1'), record(NAME, 1, '66.249.66.2')]
    expect(read({ Status: 0, TC: false, Answer })).toEqual({
      kind: 'found',
      data: ['66.249.66.1', '66.249.66.2'],
    })
  })

  test('without records says that there are none', () => {
    expect(read({ Status: 0 })).toEqual({ kind: 'found', data: [] })
    expect(read({ Status: 3, Answer: [] })).toEqual({ kind: 'found', data: [] })
  })

  test('leaves out records of other names and of other types', () => {
    const Answer = [
      record('b.googlebot.com', 1, '5.9.0.1'),
      record(NAME, 28, '2600::1'),
      record(NAME, 46, 'a 8 3 60 1'),
      record(NAME, 1, '5.9.0.2'),
    ]
    expect(read({ Status: 0, Answer })).toEqual({ kind: 'found', data: ['5.9.0.2'] })
  })

  test.each([1, 2, 4, 5, 16, 23])('with status %i is a failure of the server', (Status) => {
    expect(read({ Status, Answer: [record(NAME, 1, '5.9.0.1')] })).toEqual({
      kind: 'failed',
      why: 'server-failure',
    })
  })

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'found'],
    ['an empty object', {}],
    ['a status that is a text', { Status: '0' }],
    ['an answer that is no list', { Status: 0, Answer: {} }],
    ['a part of it', { Status: 0, TC: true, Answer: [record(NAME, 1, '5.9.0.1')] }],
    ['a record that is none', { Status: 0, Answer: [null] }],
    ['a record without data', { Status: 0, Answer: [{ name: NAME, type: 1 }] }],
    ['a record without a name', { Status: 0, Answer: [{ name: '', type: 1, data: '5.9.0.1' }] }],
    ['very many records', { Status: 0, Answer: Array(101).fill(record(NAME, 1, '5.9.0.1')) }],
    ['an alias of itself', { Status: 0, Answer: [record(NAME, 5, NAME)] }],
    ['an alias of no name', { Status: 0, Answer: [record(NAME, 5, 'a b')] }],
  ])('that is %s is malformed', (_, value) => {
    expect(read(value)).toEqual({ kind: 'failed', why: 'malformed' })
  })

  test('follows eight aliases and no more', () => {
    const chain = (length: number) => [
      ...Array.from({ length }, (_, i) => record(i === 0 ? NAME : `n${i}.example`, 5, `n${i + 1}.example.`)),
      record(`n${length}.example`, 1, '5.9.0.1'),
    ]
    expect(read({ Status: 0, Answer: chain(8) })).toEqual({ kind: 'found', data: ['5.9.0.1'] })
    expect(read({ Status: 0, Answer: chain(9) })).toEqual({ kind: 'failed', why: 'malformed' })
  })

  test('never throws, and finds nothing in what is not an answer', () => {
    const status = fc.oneof(fc.constantFrom(0, 2, 3), fc.anything())
    const value = fc.oneof(
      fc.anything(),
      fc.record({ Status: status, Answer: fc.array(fc.anything()) }),
      fc.record({
        Status: status,
        Answer: fc.array(
          fc.record({ name: fc.constantFrom(NAME, 'b'), type: fc.nat(50), data: fc.string() }),
        ),
      }),
    )
    fc.assert(fc.property(value, (any) => ['found', 'failed'].includes(read(any).kind)))
  })
})
