import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findBadExchange } from '../../../src/ingress/limits/check-exchange.ts'
import { MAX_REPORTS } from '../../../src/ingress/limits/exchange.ts'
import { createSettlement } from '../../../src/ingress/limits/settlement.ts'
import { createMessage, createReport, TERMS } from '../../contract/counter-shards.ts'

const one = (change: object): unknown => createMessage(1, 1, [{ ...createReport(), ...change }])
const terms = (change: object): unknown => one({ terms: { ...TERMS, ...change } })

describe('findBadExchange', () => {
  it('finds nothing wrong with messages within the bounds', () => {
    expect(findBadExchange(createMessage(0, 0, []))).toBeUndefined()
    const most = Array.from({ length: MAX_REPORTS }, () => createReport({ want: 64, used: 2 ** 32 - 1 }))
    expect(findBadExchange(createMessage(2 ** 53 - 1, 2 ** 53 - 1, most, 2 ** 53 - 1))).toBeUndefined()
    expect(findBadExchange(terms({ mitigation: 0, longest: 0, factor: 1.5, strict: true }))).toBeUndefined()
  })

  it.each<[string, unknown]>([
    ['the message must be an object', null],
    ['isolate must be a whole number from 0', createMessage(-1, 1, [])],
    ['isolate must be', createMessage(2 ** 53, 1, [])],
    ['seq must be', { ...createMessage(1, 1, []), seq: '1' }],
    ['since must be', createMessage(1, 1, [], 0.5)],
    ['reports must be an array', { ...createMessage(1, 1, []), reports: { length: 1 } }],
    [
      'at most 256',
      createMessage(
        1,
        1,
        Array.from({ length: MAX_REPORTS + 1 }, () => createReport()),
      ),
    ],
    ['reports[1]: must be an object', { ...createMessage(1, 1, []), reports: [createReport(), null] }],
    ['reports[0]: hi must be a whole number from 0 to 4294967295', one({ hi: 2 ** 32 })],
    ['lo must be', one({ lo: -1 })],
    ['window must be', one({ window: Number.NaN })],
    ['used must be', one({ used: -1 })],
    ['before must be', one({ before: 1.5 })],
    ['held must be', one({ held: 65_536 })],
    ['want must be a whole number from 0 to 64', one({ want: 65 })],
    ['terms must be an object', one({ terms: undefined })],
    ['terms.period must be a whole number from 1 to 86400', terms({ period: 0 })],
    ['terms.period must be', terms({ period: 86_401 })],
    ['terms.limit must be', terms({ limit: 0 })],
    ['terms.mitigation must be', terms({ mitigation: 604_801 })],
    ['terms.longest must be', terms({ longest: Number.POSITIVE_INFINITY })],
    ['terms.factor must be a number from 1 to 100', terms({ factor: 0.5 })],
    ['terms.factor must be', terms({ factor: Number.NaN })],
    ['terms.strict must be true or false', terms({ strict: 1 })],
  ])('says %s', (fault, message) => {
    expect(findBadExchange(message)).toContain(fault)
  })

  it('names no value', () => {
    expect(findBadExchange(one({ used: 'secret' }))).not.toContain('secret')
  })

  it('lets nothing through that a shard cannot settle', () => {
    const whole = fc.oneof(fc.integer({ min: -2, max: 70 }), fc.maxSafeInteger(), fc.double())
    const report = fc.record({
      hi: whole,
      lo: whole,
      window: whole,
      used: whole,
      before: whole,
      held: whole,
      want: whole,
      terms: fc.record({
        period: whole,
        limit: whole,
        mitigation: whole,
        longest: whole,
        factor: fc.double(),
        strict: fc.boolean(),
      }),
    })
    const message = fc.record({
      isolate: whole,
      seq: whole,
      since: whole,
      reports: fc.array(report, { maxLength: 3 }),
    })
    const shard = createSettlement({ accounts: 50 })
    fc.assert(
      fc.property(fc.oneof(message, fc.anything()), (value) => {
        if (findBadExchange(value) !== undefined) return
        const exchange = value as Parameters<typeof shard.exchange>[0]
        const { answers } = shard.exchange(exchange, 1_780_000_000_000)
        expect(answers).toHaveLength(exchange.reports.length)
      }),
      { numRuns: 2000 },
    )
  })
})
