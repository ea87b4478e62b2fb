import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Answer, Exchange, Report, Terms } from '../../../src/ingress/limits/exchange.ts'
import { type CounterShard, createSettlement } from '../../../src/ingress/limits/settlement.ts'
import { createMessage, createReport, TERMS } from '../../contract/counter-shards.ts'
import { ModelIsolate, type Posted } from './model-isolate.ts'

/** A full hour, when windows of any period begin. */
const START = 1_780_002_000_000 - (1_780_002_000_000 % 3_600_000)

function ask(shard: CounterShard, message: Exchange, now: number): Answer {
  const answer = shard.exchange(message, now).answers[0]
  if (answer === undefined) throw new Error('no answer')
  return answer
}

function open(change: Parameters<typeof createReport>[0] = {}) {
  const shard = createSettlement()
  const base = createReport({ now: START, ...change })
  let seq = 0
  return {
    shard,
    base,
    /** A new report of an isolate. */
    say: (isolate: number, report: Partial<Report>, now: number = START): Answer =>
      ask(shard, createMessage(isolate, ++seq, [{ ...base, ...report }]), now),
  }
}

describe('grants', () => {
  it('leave more to others the more take part, and get small when little is left', () => {
    const { say } = open()
    expect(say(1, { used: 1, want: 64 }).grant).toBe(25)
    expect(say(2, { used: 1, want: 64 }).grant).toBe(24)
    expect(say(3, { used: 1, want: 64 }).grant).toBe(12)
    expect(say(4, { used: 1, want: 64 }).grant).toBe(7)
    expect(say(5, { used: 1, want: 64 }).grant).toBe(5)
  })

  it('are one at least for an isolate that holds none, as what others hold may never be used', () => {
    const { say } = open({ terms: { limit: 4 } })
    for (const isolate of [1, 2, 3, 4]) expect(say(isolate, { want: 9 }).grant).toBe(1)
    expect(say(1, { held: 1, want: 9 }).grant).toBe(0)
    expect(say(5, { want: 9 }).grant).toBe(1)
  })

  it('of tokens that an isolate has not mentioned since are taken as used until the window is over', () => {
    const { say } = open()
    const quiet = say(1, { used: 20, want: 25 })
    expect(quiet.grant).toBe(25)
    expect(say(2, { used: 40, want: 64 }).grant).toBe(5)
    expect(say(2, { used: 41, want: 64 }, START + 59_999).grant).toBe(4)
    expect(say(2, { used: 42, want: 64 }, START + 60_000).grant).toBe(4)
  })

  it('are taken back when a newer report says that they have not come', () => {
    const { say } = open({ terms: { limit: 4 } })
    expect(say(1, { want: 9 }).grant).toBe(1)
    expect(say(1, { want: 9 }).grant).toBe(1)
    expect(say(2, {}).room).toBe(4)
  })

  it('of a strict limit are used, whether or not they are heard of again', () => {
    const { say } = open({ terms: { strict: true, limit: 5, period: 3600 } })
    for (let isolate = 1; isolate <= 5; isolate++) {
      expect(say(isolate, { want: 1 }, START + isolate * 15_000).grant).toBe(1)
    }
    expect(say(6, { want: 1 }, START + 6 * 15_000).refusedFor).toBe(600_000)
  })

  it('of a strict limit are given back by a newer report', () => {
    const { say } = open({ terms: { strict: true, limit: 2 } })
    for (let attempt = 0; attempt < 10; attempt++) {
      expect(say(1, { want: 1 }).grant).toBe(1)
      // It did not count: the isolate says that it has used and holds none.
    }
    expect(say(2, { want: 5 }).grant).toBe(2 - 1)
    expect(say(3, { want: 5 }).refusedFor).toBeGreaterThan(0)
  })
})

describe('promises of a shard', () => {
  it('never exceed the limit by more than a token for each isolate, with what is confirmed', () => {
    const whole = (max: number) => fc.integer({ min: 0, max })
    const step = fc.record({
      isolate: whole(9),
      spends: whole(3),
      beyond: fc.constantFrom(0, 0, 0, 0, 0, 1, 2),
      loses: whole(4),
      want: whole(12),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150, size: 'max' }), whole(80), (steps, extra) => {
        const limit = 8 + extra
        const { say } = open({ terms: { limit } })
        const known = new Map<number, { used: number; open: number }>()
        for (const { isolate, spends, beyond, loses, want } of steps) {
          const state = known.get(isolate) ?? { used: 0, open: 0 }
          // Some tokens are spent, rarely one is let through without, and sometimes all that came are lost.
          const spent = Math.min(spends, state.open)
          const held = loses === 0 ? 0 : state.open - spent
          const used = state.used + spent + beyond
          const { grant } = say(isolate, { used, held, want })
          known.set(isolate, { used, open: held + grant })
          const all = [...known.values()].reduce((sum, each) => sum + each.used + each.open, 0)
          if (grant > 0) expect(all).toBeLessThanOrEqual(limit + known.size)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('refusals', () => {
  it('grow with each window in which the key is refused again, up to the longest, and are forgotten', () => {
    const terms: Terms = { ...TERMS, period: 60, mitigation: 60, factor: 4, longest: 600 }
    const { say, base } = open({ terms })
    const refuseAt = (now: number): Answer =>
      say(1, { used: 100, want: 1, window: Math.floor(now / 60_000) }, now)
    expect(base.terms.factor).toBe(4)
    expect(refuseAt(START)).toMatchObject({ refusedFor: 60_000, strikes: 1 })
    expect(refuseAt(START + 60_000)).toMatchObject({ refusedFor: 240_000, strikes: 2 })
    expect(refuseAt(START + 300_000)).toMatchObject({ refusedFor: 600_000, strikes: 3 })
    expect(refuseAt(START + 900_000)).toMatchObject({ refusedFor: 600_000, strikes: 4 })
    expect(refuseAt(START + 2_100_000)).toMatchObject({ refusedFor: 60_000, strikes: 1 })
  })

  it('are one strike in a window, however often', () => {
    const { say } = open({ terms: { mitigation: 10, longest: 100, factor: 3 } })
    for (const seconds of [0, 10, 20, 30]) {
      expect(say(1, { used: 100, want: 1 }, START + seconds * 1000)).toMatchObject({
        refusedFor: 10_000,
        strikes: 1,
      })
    }
  })

  it('without a mitigation last until the sliding count is below the limit, half a second at least', () => {
    const terms = { period: 60, mitigation: 0, longest: 0 }
    const { say } = open({ terms })
    const window = START / 60_000
    const full = say(1, { window, used: 120, want: 1 }, START + 30_000)
    // 120 · (1 − x) < 100 from a sixth of the next window on.
    expect(full.refusedFor).toBe(30_000 + 10_000 + 1)
    expect(say(1, { window: window + 1, before: 120, want: 1 }, START + 70_001).grant).toBe(1)
    const { say: sayAgain } = open({ terms })
    const nearly = { window: window + 1, before: 120, want: 1 }
    expect(sayAgain(1, nearly, START + 69_900).refusedFor).toBe(500)
    expect(sayAgain(1, nearly, START + 70_400).grant).toBe(1)
  })

  it('do not come from tokens that nobody has used', () => {
    const { say } = open({ terms: { limit: 20 } })
    for (let isolate = 1; isolate <= 50; isolate++) {
      expect(say(isolate, { want: 64 }).refusedFor).toBe(0)
    }
  })

  it('are told to reports that change nothing, too', () => {
    const { shard, base, say } = open()
    say(1, { used: 100, want: 1 })
    const stale = createMessage(1, 0, [base])
    expect(ask(shard, stale, START + 1000)).toMatchObject({ refusedFor: 599_000, strikes: 1 })
  })

  it('end no later than the limit allows when the clock has stepped back', () => {
    const { say } = open()
    say(1, { used: 100, want: 1 })
    expect(say(1, { used: 100, want: 1 }, START - 3_000_000).refusedFor).toBe(600_000)
  })
})

describe('windows', () => {
  const PERIOD = 60
  const terms = { period: PERIOD }
  const window = START / 60_000

  it('count as much of the one before as a period that ends now still covers', () => {
    const { say } = open({ terms })
    say(1, { window, used: 80 })
    const rooms = [0, 15, 30, 59].map(
      (seconds) => say(1, { window: window + 1, before: 80 }, START + 60_000 + seconds * 1000).room,
    )
    expect(rooms).toEqual([20, 40, 60, 99])
  })

  it('end when the first isolate says so, and take what others still report of the old one', () => {
    const { say } = open({ terms })
    say(1, { window, used: 30 }, START + 59_000)
    say(2, { window, used: 30 }, START + 59_000)
    say(1, { window: window + 1, before: 30 }, START + 59_900)
    const late = say(2, { window, used: 40, want: 4 }, START + 59_950)
    expect(late).toMatchObject({ grant: 4, room: 30 })
    expect(say(1, { window: window + 1, before: 30 }, START + 60_000).room).toBe(30)
  })

  it('that cannot be are taken as the one that is, and take nothing back', () => {
    const { say, shard } = open({ terms })
    expect(say(1, { window, used: 40 }).room).toBe(60)
    expect(say(2, { window: window + 7, used: 20 }).room).toBe(40)
    expect(say(1, { window: window - 1000, used: 3 }).room).toBe(40)
    expect(say(1, { window: window - 1000, used: 45 }).room).toBe(35)
    expect(shard.mislabelled).toBe(3)
  })

  it('are those of the isolates, though the clock of the shard be far off', () => {
    const { say } = open({ terms })
    say(1, { window, used: 30 })
    for (const offset of [-3_600_000, 0, 3_600_000, 86_400_000]) {
      expect(say(2, { window, used: 20 }, START + offset)).toMatchObject({ room: 50 })
    }
    expect(say(2, { window: window + 1, before: 20, used: 5 }, START + 86_400_000).room).toBe(95)
    expect(say(1, { window, used: 33, want: 1 }, START + 86_400_000)).toMatchObject({ room: 47, grant: 1 })
  })

  it('that one isolate alone has seen give way to the one that is', () => {
    const { say } = open({ terms })
    say(1, { window: window + 500, used: 30 })
    expect(say(2, { window, used: 10 }).room).toBe(60)
    expect(say(3, { window: window + 1, used: 1 }, START + 60_000).room).toBe(59)
  })

  it('go on after the clock has stepped back', () => {
    const { say } = open({ terms })
    say(1, { window, used: 90 })
    const earlier = START - 600_000
    expect(say(1, { window: window - 10, used: 95, want: 1 }, earlier)).toMatchObject({ refusedFor: 0 })
    expect(say(1, { window: window - 9, used: 3, before: 95, want: 1 }, earlier + 120_000).grant).toBe(1)
  })

  it('begin anew when the period is changed', () => {
    const { say } = open({ terms })
    say(1, { window, used: 90 })
    const hour = { ...TERMS, period: 3600 }
    expect(say(1, { window: START / 3_600_000, terms: hour, used: 7 }).room).toBe(93)
  })
})

describe('isolates without number', () => {
  it('share what is left when all places are taken, a token each', () => {
    const { say } = open({ terms: { limit: 2000 } })
    for (let isolate = 1; isolate <= 512; isolate++) say(isolate, { used: 2 })
    const grants = Array.from({ length: 400 }, (_, index) => say(1000 + index, { used: 2, want: 64 }).grant)
    expect(Math.max(...grants)).toBe(1)
    // Each token stands for three requests: 512 · 2 + 3 · 326 ≥ 2000.
    expect(grants.reduce((sum, grant) => sum + grant, 0)).toBe(326)
    expect(say(2000, { want: 1 }).refusedFor).toBeGreaterThan(0)
  })

  it('take the places of those that have long been silent, whose use stays counted', () => {
    const { say } = open({ terms: { limit: 2000 } })
    for (let isolate = 1; isolate <= 512; isolate++) say(isolate, { used: 2 })
    const later = START + 300_000
    expect(say(1000, { used: 1, want: 64 }, later)).toMatchObject({ grant: 64, room: 2000 - 1024 - 1 })
  })
})

/** Reports of three isolates about two keys, in the order in which they were made. */
function arbitraryReports(): fc.Arbitrary<
  readonly (readonly [isolate: number, key: number, grows: number])[]
> {
  const whole = (max: number) => fc.integer({ min: 0, max })
  return fc.array(fc.tuple(whole(2), whole(1), whole(6)), { maxLength: 30 })
}

describe('messages', () => {
  /** Cumulative reports, as isolates would make them; none asks. */
  function write(steps: readonly (readonly [number, number, number])[]): Exchange[] {
    const keys = [createReport({ now: START }), createReport({ now: START })]
    const used = new Map<string, number>()
    return steps.flatMap(([isolate, key, grows], index) => {
      const report = keys[key]
      if (report === undefined) return []
      const name = `${isolate} ${key}`
      used.set(name, (used.get(name) ?? 0) + grows)
      return [createMessage(isolate, index + 1, [{ ...report, used: used.get(name) ?? 0 }])]
    })
  }

  const roomsAfter = (messages: readonly Exchange[], keys: readonly Report[]): number[] => {
    const shard = createSettlement()
    for (const message of messages) shard.exchange(message, START)
    const last = createMessage(99, 1, keys)
    return shard.exchange(last, START).answers.map(({ room }) => room)
  }

  it('say the same in any order and however often they come', () => {
    const shuffled = arbitraryReports().chain((steps) => {
      const messages = write(steps)
      const orders = fc.shuffledSubarray([...messages, ...messages], {
        minLength: messages.length * 2,
        maxLength: messages.length * 2,
      })
      return fc.tuple(fc.constant(messages), orders)
    })
    fc.assert(
      fc.property(shuffled, ([messages, mixed]) => {
        const keys = [...new Map(messages.flatMap(({ reports }) => reports).map((r) => [r.hi, r])).values()]
        const probes = keys.map((report) => ({ ...report, used: 0, want: 0 }))
        expect(roomsAfter(mixed, probes)).toEqual(roomsAfter(messages, probes))
      }),
      { numRuns: 300 },
    )
  })

  it('that come again get the same tokens and give no more to others', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 9 })), {
      maxLength: 25,
    })
    fc.assert(
      fc.property(steps, (asked) => {
        const [once, twice] = [createSettlement(), createSettlement()]
        const base = createReport({ now: START, terms: { limit: 60 } })
        const used = [0, 0, 0, 0]
        for (const [index, [isolate, want]] of asked.entries()) {
          const message = createMessage(isolate, index + 1, [{ ...base, used: used[isolate] ?? 0, want }])
          const answer = ask(once, message, START)
          expect(ask(twice, message, START)).toEqual(answer)
          expect(ask(twice, message, START)).toMatchObject({
            grant: answer.grant,
            refusedFor: answer.refusedFor,
          })
          used[isolate] = (used[isolate] ?? 0) + answer.grant
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('bound', () => {
  type Step = readonly [kind: number, isolate: number, amount: number]
  const ISOLATES = 5
  const GRACE = 2

  /** Requests, reports, deliveries with loss, delay, repetition and any order, and time. */
  function play(steps: readonly Step[], terms: Terms, allowance: number): ModelIsolate[] {
    const shard = createSettlement()
    const isolates = Array.from(
      { length: ISOLATES },
      () => new ModelIsolate({ terms, allowance, grace: GRACE }),
    )
    const sent: [number, Posted][] = []
    const answered: [number, Posted, Answer][] = []
    let now = START
    for (const [kind, which, amount] of steps) {
      const isolate = isolates[which % ISOLATES]
      if (isolate === undefined) continue
      if (kind < 4) for (let n = 0; n <= amount % 12; n++) isolate.request(now)
      else if (kind < 6) sent.push([which % ISOLATES, isolate.post(now, amount % 12)])
      else if (kind < 8) {
        // Mostly the newest message; it stays, and may be delivered again.
        const message = sent[amount < 8 ? sent.length - 1 : amount % Math.max(1, sent.length)]
        if (message === undefined) continue
        const [sender, posted] = message
        const answer = ask(shard, createMessage(sender, posted.seq, [posted.report]), now)
        answered.push([sender, posted, answer])
      } else if (kind < 10) {
        const back = answered[amount < 8 ? answered.length - 1 : amount % Math.max(1, answered.length)]
        if (back === undefined) continue
        isolates[back[0]]?.take(back[1], back[2], now)
      } else now += amount * (kind === 10 ? 50 : 1000)
    }
    return isolates
  }

  it('of what is admitted in a window holds whatever becomes of messages', () => {
    const step = fc.tuple(
      fc.integer({ min: 0, max: 11 }),
      fc.integer({ min: 0, max: ISOLATES - 1 }),
      fc.integer({ min: 0, max: 11 }),
    )
    const schedule = fc.array(step, { minLength: 50, maxLength: 400, size: 'max' })
    fc.assert(
      fc.property(schedule, fc.integer({ min: 5, max: 60 }), fc.boolean(), (steps, limit, strict) => {
        const terms = { ...TERMS, period: 60, limit, strict, mitigation: 10, longest: 10 }
        const allowance = strict ? 0 : Math.floor((limit * 0.5) / ISOLATES)
        const isolates = play(steps, terms, allowance)
        const windows = new Set(isolates.flatMap(({ admitted }) => [...admitted.keys()]))
        for (const window of windows) {
          const all = isolates.reduce((sum, { admitted }) => sum + (admitted.get(window) ?? 0), 0)
          expect(all).toBeLessThanOrEqual(limit + ISOLATES * (allowance + GRACE + 1))
        }
      }),
      { numRuns: 10_000 },
    )
  }, 120_000)
})
