import { expect, it } from 'vitest'
import {
  type Answer,
  type CounterShards,
  type Exchange,
  type Report,
  type Settlement,
  type Terms,
  windowOf,
} from '../../src/ingress/limits/exchange.ts'

/** Shards under test, and how to let go of them. */
export interface ShardsUnderTest {
  readonly shards: CounterShards
  readonly close?: () => Promise<void>
}

let fresh = 0

export const TERMS: Terms = {
  period: 3600,
  limit: 100,
  mitigation: 600,
  factor: 1,
  longest: 600,
  strict: false,
}

/**
 * A report of a key that no other test counts, in the window that `now` lies in; `change` may say otherwise.
 * The hash is low in `lo`, so that windows of an hour begin at the hour.
 */
export function createReport(
  change: Partial<Omit<Report, 'terms'>> & { readonly terms?: Partial<Terms>; readonly now?: number } = {},
): Report {
  const { terms: changedTerms, now = Date.now(), ...rest } = change
  const terms = { ...TERMS, ...changedTerms }
  const lo = rest.lo ?? 0
  return {
    hi: ++fresh,
    lo,
    window: windowOf(lo, now, terms.period),
    used: 0,
    before: 0,
    began: 0,
    beganBefore: 0,
    held: 0,
    want: 0,
    ...rest,
    terms,
  }
}

export function createMessage(isolate: number, seq: number, reports: readonly Report[], since = 0): Exchange {
  return { isolate, seq, since, reports }
}

/**
 * What every implementation of CounterShards must do. Implementations may use a clock of their own, so periods
 * are far longer than a test run and nothing here waits for one to end.
 */
export function describeCounterShards(open: () => Promise<ShardsUnderTest>): void {
  let names = 0

  /** Runs with a shard of its own. */
  async function withShard(use: (exchange: (message: Exchange) => Promise<Settlement>) => Promise<void>) {
    const { shards, close } = await open()
    const name = `limits:v2:test:${++names}`
    try {
      await use(async (message) => shards.exchange(name, message, Date.now()))
    } finally {
      await close?.()
    }
  }

  it('grants tokens to who asks, answers in order, and leaves some for others', () =>
    withShard(async (exchange) => {
      const reports = [4, 40, 400].map((limit) => createReport({ terms: { limit }, want: 64 }))
      const { answers } = await exchange(createMessage(1, 1, reports))
      expect(answers.map(({ grant }) => grant)).toEqual([1, 10, 64])
      expect(answers.every(({ refusedFor, strikes }) => refusedFor === 0 && strikes === 0)).toBe(true)
    }))

  it('refuses who asks when the limit is used up, for as long as the terms say, and says what is left before', () =>
    withShard(async (exchange) => {
      const report = createReport({ used: 40, want: 0 })
      const first = await exchange(createMessage(1, 1, [report]))
      expect(first.answers[0]).toEqual({ grant: 0, refusedFor: 0, strikes: 0, room: 60 })
      const full = await exchange(createMessage(1, 2, [{ ...report, used: 100 }]))
      expect(full.answers[0]).toEqual({ grant: 0, refusedFor: 0, strikes: 0, room: 0 })
      const refused = await exchange(createMessage(1, 3, [{ ...report, used: 100, want: 1 }]))
      expect(refused.answers[0]).toMatchObject({ grant: 0, strikes: 1, room: 0 })
      expect(refused.answers[0]?.refusedFor).toBeGreaterThan(590_000)
      expect(refused.answers[0]?.refusedFor).toBeLessThanOrEqual(600_000)
    }))

  it('adds up what isolates report', () =>
    withShard(async (exchange) => {
      const report = createReport()
      await exchange(createMessage(1, 1, [{ ...report, used: 30 }]))
      await exchange(createMessage(2, 1, [{ ...report, used: 25 }]))
      const { answers } = await exchange(createMessage(1, 2, [{ ...report, used: 31 }]))
      expect(answers[0]?.room).toBe(44)
    }))

  it('counts nothing twice when a message comes again, and answers it as before', () =>
    withShard(async (exchange) => {
      const report = createReport({ used: 20, want: 8 })
      const message = createMessage(1, 5, [report])
      const first = await exchange(message)
      expect(await exchange(message)).toMatchObject({ answers: first.answers })
      const other = await exchange(createMessage(2, 1, [{ ...report, used: 0, want: 0 }]))
      expect(other.answers[0]?.room).toBe(80)
    }))

  it('does not go back when an older message comes late', () =>
    withShard(async (exchange) => {
      const report = createReport()
      await exchange(createMessage(1, 7, [{ ...report, used: 50 }]))
      const { answers } = await exchange(createMessage(1, 6, [{ ...report, used: 10, want: 5 }]))
      expect(answers[0]).toMatchObject({ grant: 0, refusedFor: 0, room: 50 })
    }))

  it('counts a token of a strict limit when it is granted, and never one too many', () =>
    withShard(async (exchange) => {
      const report = createReport({ terms: { strict: true, limit: 100 }, want: 3 })
      const answers: Answer[] = []
      for (let isolate = 1; isolate <= 40; isolate++) {
        answers.push(...(await exchange(createMessage(isolate, 1, [report]))).answers)
      }
      expect(answers.reduce((sum, { grant }) => sum + grant, 0)).toBe(100)
      expect(answers.slice(0, 34).map(({ room }) => room)).toEqual(
        Array.from({ length: 34 }, (_, index) => Math.max(0, 97 - 3 * index)),
      )
      expect(answers.slice(34).every(({ refusedFor }) => refusedFor > 0)).toBe(true)
    }))

  it('admits exactly the limit of many simultaneous questions about a strict one', () =>
    withShard(async (exchange) => {
      const report = createReport({ terms: { strict: true, limit: 50 }, want: 1 })
      const settled = await Promise.all(
        Array.from({ length: 120 }, (_, index) => exchange(createMessage(index + 1, 1, [report]))),
      )
      expect(settled.reduce((sum, { answers }) => sum + (answers[0]?.grant ?? 0), 0)).toBe(50)
    }))

  it('counts each key for itself', () =>
    withShard(async (exchange) => {
      const full = createReport({ used: 100, want: 1 })
      const empty = createReport({ want: 1 })
      const { answers } = await exchange(createMessage(1, 1, [full, empty]))
      expect(answers.map(({ refusedFor }) => refusedFor > 0)).toEqual([true, false])
    }))

  it('tells every isolate once of refusals that others have met, and the one that met them not again', () =>
    withShard(async (exchange) => {
      const full = createReport({ used: 100, want: 1 })
      const before = await exchange(createMessage(2, 1, []))
      const met = await exchange(createMessage(1, 1, [full]))
      expect(met.verdicts).toEqual([])
      const again = await exchange(createMessage(1, 2, [], met.cursor))
      expect(again.verdicts).toEqual([])
      const heard = await exchange(createMessage(2, 2, [], before.cursor))
      expect(heard.verdicts).toMatchObject([{ hi: full.hi, lo: full.lo, strikes: 1 }])
      expect(heard.verdicts[0]?.refusedFor).toBeGreaterThan(590_000)
      expect((await exchange(createMessage(2, 3, [], heard.cursor))).verdicts).toEqual([])
      const stranger = await exchange(createMessage(3, 1, []))
      expect(stranger.verdicts).toHaveLength(1)
    }))

  it('says how many isolates there are, no fewer than a guess at first', () =>
    withShard(async (exchange) => {
      expect((await exchange(createMessage(1, 1, []))).isolates).toBe(8)
      for (let isolate = 2; isolate <= 19; isolate++) await exchange(createMessage(isolate, 1, []))
      expect((await exchange(createMessage(20, 1, []))).isolates).toBe(20)
    }))

  it('keeps counts when the limit is changed', () =>
    withShard(async (exchange) => {
      const report = createReport({ used: 40 })
      await exchange(createMessage(1, 1, [report]))
      const terms = { ...TERMS, limit: 30 }
      const { answers } = await exchange(createMessage(2, 1, [{ ...report, used: 0, want: 1, terms }]))
      expect(answers[0]?.refusedFor).toBeGreaterThan(0)
    }))
}
