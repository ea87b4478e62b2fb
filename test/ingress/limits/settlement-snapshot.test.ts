import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Report, windowOf } from '../../../src/ingress/limits/exchange.ts'
import { createSettlement } from '../../../src/ingress/limits/settlement.ts'
import type { SnapshotScope } from '../../../src/ingress/limits/settlement-snapshot.ts'
import { createMessage, createReport } from '../../contract/counter-shards.ts'

const START = 1_780_000_000_000
const ALL: SnapshotScope = { minPeriod: 0, minRefusal: 0, mostBytes: 10_000_000 }
const KIB = 1024

/** What a shard tells an isolate that it has not met, of these keys. */
function look(shard: ReturnType<typeof createSettlement>, reports: readonly Report[], now: number) {
  const probes = reports.map((report) => ({ ...report, used: 0, before: 0, want: 0 }))
  return shard.exchange(createMessage(999, 1, probes), now).answers
}

describe('snapshot of a shard', () => {
  const whole = (max: number) => fc.integer({ min: 0, max })
  const step = fc.record({
    isolate: whole(3),
    key: whole(7),
    grows: whole(4),
    want: whole(3),
    held: whole(1),
    wait: whole(1500),
  })
  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
  const steps = fc.array(step, { maxLength: 60, size: 'max' })

  it('carries everything that matters into an empty shard', () => {
    const keys = Array.from({ length: 8 }, (_, index) =>
      createReport({
        lo: index * 500_000_000,
        now: START,
        terms: {
          period: 1 + 3 * (index % 4),
          limit: 4 + 5 * (index % 3),
          mitigation: index % 5,
          longest: 60,
          factor: 1 + (index % 2),
          strict: index % 3 === 0,
        },
      }),
    )
    const run = (taken: readonly Step[], split: number): void => {
      let now = START
      const [shard, copy] = [createSettlement(), createSettlement()]
      for (const [index, { isolate, key, grows, want, held, wait }] of taken.entries()) {
        now += wait
        const base = keys[key]
        if (base === undefined) continue
        const window = windowOf(base.lo, now, base.terms.period)
        const report = { ...base, window, used: grows, before: grows, want, held }
        const message = createMessage(isolate, index, [report])
        const { answers, isolates } = shard.exchange(message, now)
        if (index === split) copy.restore(shard.snapshot(now, ALL), now)
        if (index > split) expect(copy.exchange(message, now)).toMatchObject({ answers, isolates })
      }
    }
    fc.assert(fc.property(steps, whole(30), run), { numRuns: 500 })
  })

  it('leaves out short periods, except refusals that last', () => {
    const shard = createSettlement()
    const short = createReport({ now: START, used: 40, terms: { period: 10 } })
    const long = createReport({ now: START, used: 40, terms: { period: 11 } })
    const brief = { period: 1, mitigation: 2, longest: 2 }
    const refused = createReport({ now: START, used: 100, want: 1, terms: { period: 1 } })
    const forgiven = createReport({ now: START, used: 100, want: 1, terms: brief })
    const reports = [short, long, refused, forgiven]
    shard.exchange(createMessage(1, 1, reports), START)
    const packed = shard.snapshot(START, { ...ALL, minPeriod: 10, minRefusal: 2000 })
    const copy = createSettlement()
    expect(copy.restore(packed, START)).toBe(2)
    expect(look(copy, reports, START).map(({ room }) => room)).toEqual([100, 60, 0, 100])
  })

  it('takes refusals first, then what has used a good part of its limit, then the newest', () => {
    const shard = createSettlement()
    const report = (change: Partial<Report>): Report => createReport({ now: START, ...change })
    const calm = Array.from({ length: 300 }, () => report({ used: 5 }))
    const busy = Array.from({ length: 20 }, () => report({ used: 10 }))
    const refused = Array.from({ length: 10 }, () => report({ used: 100, want: 1 }))
    let seq = 0
    for (const one of [...refused, ...busy, ...calm]) shard.exchange(createMessage(1, ++seq, [one]), START)
    const packed = shard.snapshot(START, { ...ALL, mostBytes: 48 + 50 * (72 + 52) })
    expect(packed.length).toBeLessThanOrEqual(48 + 50 * 124)
    const copy = createSettlement()
    expect(copy.restore(packed, START)).toBe(50)
    expect(look(copy, refused, START).every(({ refusedFor }) => refusedFor > 0)).toBe(true)
    expect(look(copy, busy, START).every(({ room }) => room === 90)).toBe(true)
    expect(look(copy, calm, START).map(({ room }) => room)).toEqual([
      ...new Array(280).fill(100),
      ...new Array(20).fill(95),
    ])
  })

  it('tells restored refusals to all isolates again', () => {
    const shard = createSettlement()
    const refused = createReport({ now: START, used: 100, want: 1 })
    const { cursor } = shard.exchange(createMessage(1, 1, [refused]), START)
    const copy = createSettlement()
    copy.restore(shard.snapshot(START, ALL), START)
    expect(copy.exchange(createMessage(1, 2, [], cursor), START + 1000).verdicts).toEqual([
      { hi: refused.hi, lo: refused.lo, refusedFor: 599_000, strikes: 1 },
    ])
  })

  it('is empty when nothing is left', () => {
    const shard = createSettlement()
    const report = createReport({ now: START, used: 3, terms: { period: 10 } })
    shard.exchange(createMessage(1, 1, [report]), START)
    expect(shard.snapshot(START, ALL).length).toBeGreaterThan(0)
    expect(shard.snapshot(START + 20_000, ALL)).toHaveLength(0)
  })

  it('leaves out on the way back what is over meanwhile, and does not touch what is there', () => {
    const shard = createSettlement()
    const brief = createReport({ now: START, used: 3, terms: { period: 60 } })
    const long = createReport({ now: START, used: 3 })
    const known = createReport({ now: START, used: 3 })
    shard.exchange(createMessage(1, 1, [brief, long, known]), START)
    const copy = createSettlement()
    copy.exchange(createMessage(1, 2, [{ ...known, used: 8 }]), START)
    expect(copy.restore(shard.snapshot(START, ALL), START + 180_000)).toBe(1)
    expect(look(copy, [long, known], START + 180_000).map(({ room }) => room)).toEqual([97, 92])
  })

  it('restores nothing from bytes that are none, and never throws', () => {
    const bytes = fc.uint8Array({ maxLength: 300 })
    fc.assert(fc.property(bytes, (packed) => createSettlement().restore(packed, START) === 0))
    const shard = createSettlement()
    shard.exchange(createMessage(1, 1, [createReport({ now: START, used: 3 })]), START)
    const packed = shard.snapshot(START, ALL)
    for (const cut of [packed.subarray(0, packed.length - 1), Uint8Array.of(...packed, 0)]) {
      expect(createSettlement().restore(cut, START)).toBe(0)
    }
  })

  it('stays usable when its bytes are damaged', () => {
    const shard = createSettlement()
    const report = createReport({
      now: START,
      used: 99,
      want: 3,
      terms: { period: 5, mitigation: 5, longest: 5 },
    })
    shard.exchange(createMessage(1, 1, [report]), START)
    shard.exchange(createMessage(2, 2, [{ ...report, used: 9, want: 1 }]), START)
    const packed = shard.snapshot(START, ALL)
    const position = fc.integer({ min: 4, max: packed.length - 1 })
    const damage = fc.array(fc.tuple(position, fc.integer({ min: 0, max: 255 })), { maxLength: 20 })
    fc.assert(
      fc.property(damage, (changes) => {
        const bytes = packed.slice()
        for (const [index, value] of changes) bytes[index] = value
        const copy = createSettlement()
        copy.restore(bytes, START)
        const ask = (now: number) => {
          const window = windowOf(report.lo, now, 5)
          return copy.exchange(createMessage(3, now, [{ ...report, used: 0, window, want: 1 }]), now)
            .answers[0]
        }
        expect(ask(START)?.refusedFor).toBeLessThanOrEqual(5000)
        expect(ask(START + 30_000)).toMatchObject({ grant: 1, refusedFor: 0 })
      }),
      { numRuns: 500 },
    )
  })

  it('of a full shard fits its bytes', () => {
    const shard = createSettlement({ accounts: 20_000 })
    for (let batch = 0; batch < 80; batch++) {
      const reports = Array.from({ length: 256 }, () => createReport({ now: START, used: 20 }))
      shard.exchange(createMessage(1, batch, reports), START)
    }
    const packed = shard.snapshot(START, { minPeriod: 10, minRefusal: 2000, mostBytes: 512 * KIB })
    expect(packed.length).toBeLessThanOrEqual(512 * KIB)
    expect(packed.length).toBeGreaterThan(511 * KIB)
  })
})
