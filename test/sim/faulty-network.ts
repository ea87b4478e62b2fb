/**
 * One shard behind a network that delays, loses, repeats and reorders, and that loses its memory when told to.
 * @module
 */
import {
  type CounterShards,
  type Exchange,
  type Report,
  type Settlement,
  windowOf,
} from '../../src/ingress/limits/exchange.ts'
import { type CounterShard, createSettlement } from '../../src/ingress/limits/settlement.ts'
import type { Uniform } from './chance.ts'
import { type Commitments, compareCommitments, copyCommitments, note } from './commitments.ts'
import type { Weather } from './schedule.ts'
import type { Callbacks } from './schemes/callbacks.ts'

/** Milliseconds between two writes of a shard, and what it writes, as in `src/worker/counter-object.ts`. */
const WRITE_EVERY = 2000
const SCOPE = { minPeriod: 0, minRefusal: 0, mostBytes: 1 << 19 }

export interface FaultyShard {
  /**
   * The shard as an isolate sees it.
   * @param onSend Told of each message that the isolate sends: it has looked at its clock for that.
   * @param onAnswer Told of each answer that comes back, and when it was asked for.
   */
  connect(onSend: () => void, onAnswer: (settlement: Settlement, sentAt: number) => void): CounterShards
  restart(keeps: 'all' | 'written' | 'nothing'): void
  /** Milliseconds. */
  setClock(by: number): void
  /** By window: use and tokens that the shard knew of, and may have forgotten. */
  readonly forgotten: ReadonlyMap<number, number>
  /** An isolate has gone back to a window, and begins to count there anew. */
  forgive(isolate: number): void
}

interface Written {
  readonly packed: Uint8Array
  readonly commitments: Commitments
  readonly window: number
}

interface State {
  settlement: CounterShard
  commitments: Commitments
  written: Written | undefined
  writtenAt: number
  writeIsDue: boolean
  offset: number
  /** Of the account. */
  window: number
  lo: number
}

/** @param period Seconds. */
export function createFaultyShard(
  weather: Weather,
  period: number,
  uniform: Uniform,
  callbacks: Callbacks,
  time: () => number,
): FaultyShard {
  const forgotten = new Map<number, number>()
  const forgiven = new Set<number>()
  const state: State = {
    settlement: createSettlement(),
    commitments: new Map(),
    written: undefined,
    writtenAt: Number.NEGATIVE_INFINITY,
    writeIsDue: false,
    offset: 0,
    window: Number.NEGATIVE_INFINITY,
    lo: 0,
  }

  const now = (): number => time() + state.offset

  function forget(lost: ReadonlyMap<number, number>): void {
    for (const [window, sum] of lost) forgotten.set(window, (forgotten.get(window) ?? 0) + sum)
  }

  function write(): void {
    const wait = state.writtenAt + WRITE_EVERY - time()
    if (wait > 0) {
      if (!state.writeIsDue) callbacks.after(wait, write)
      state.writeIsDue = true
      return
    }
    state.writeIsDue = false
    state.writtenAt = time()
    state.written = {
      packed: state.settlement.snapshot(now(), SCOPE),
      commitments: isOver() ? new Map() : copyCommitments(state.commitments),
      window: isOver() ? Number.NEGATIVE_INFINITY : state.window,
    }
  }

  /**
   * Isolates are believed when they agree on a window that the shard's clock denies; so is one that agrees with a
   * wrong clock. What is known of other windows is dropped then.
   */
  function follow({ window, lo, terms }: Report): void {
    const own = windowOf(lo, now(), terms.period)
    state.lo = lo
    const isDenied = Math.abs(window - own) > 1
    if (isDenied && Math.abs(window - state.window) > 1 && Math.abs(state.window - own) <= 1) return
    const goesBack = !isDenied && state.window > own + 1
    if (window > state.window + 1 || goesBack) {
      forget(compareCommitments(state.commitments, new Map()))
      state.commitments = new Map()
    }
    if (window > state.window || goesBack) state.window = window
  }

  /** Whether the clock denies the windows of the isolates: then nothing of them is kept over a restart. */
  function isOff(): boolean {
    return Math.abs(state.offset) >= period * 1000
  }

  /** Whether the windows of the isolates are long over by the clock: then they are neither written nor read back. */
  function isOver(): boolean {
    return state.window < windowOf(state.lo, now(), period) - 1
  }

  function take(message: Exchange): Settlement {
    const settlement = state.settlement.exchange(message, now())
    for (const [index, report] of message.reports.entries()) {
      const answer = settlement.answers[index]
      if (answer === undefined) continue
      follow(report)
      if (forgiven.delete(message.isolate)) {
        // What it was granted before, without what it is granted now.
        const told = copyCommitments(state.commitments)
        note(told, message.isolate, message.seq, report, { ...answer, grant: 0 })
        forget(compareCommitments(state.commitments, told))
      }
      note(state.commitments, message.isolate, message.seq, report, answer)
    }
    write()
    return settlement
  }

  /** Most messages are fast, a few are slow. */
  function drawDelay(): number {
    return weather.fastest + (weather.slowest - weather.fastest) * uniform() ** 4
  }

  function send(
    message: Exchange,
    answer: (settlement: Settlement) => void,
    fail: (error: Error) => void,
  ): void {
    callbacks.after(drawDelay(), () => {
      if (uniform() < weather.overloaded) {
        const error = Object.assign(new Error('Requests queued for too long'), { overloaded: true })
        callbacks.after(drawDelay(), () => fail(error))
        return
      }
      const settlement = take(message)
      if (uniform() >= weather.answerLost) callbacks.after(drawDelay(), () => answer(settlement))
      else if (uniform() < weather.told)
        callbacks.after(drawDelay(), () => fail(new Error('connection lost')))
    })
  }

  return {
    forgotten,
    connect: (onSend, onAnswer) => ({
      exchange(_shard, message) {
        const sentAt = time()
        onSend()
        const copy = structuredClone(message)
        return new Promise<Settlement>((resolve, reject) => {
          function answer(settlement: Settlement): void {
            onAnswer(settlement, sentAt)
            resolve(structuredClone(settlement))
          }
          const isLost = uniform() < weather.lost
          if (isLost && uniform() < weather.told)
            callbacks.after(drawDelay(), () => reject(new Error('connection lost')))
          if (isLost) return
          send(copy, answer, reject)
          if (uniform() < weather.twice) send(copy, answer, reject)
        })
      },
    }),
    restart(keeps) {
      if (keeps === 'all') {
        state.writtenAt = Number.NEGATIVE_INFINITY
        write()
      }
      const { written, commitments } = state
      const isKept = keeps !== 'nothing' && written !== undefined && !isOff() && !isOver()
      state.settlement = createSettlement()
      if (keeps !== 'nothing' && written) state.settlement.restore(written.packed, now())
      state.commitments = isKept ? copyCommitments(written.commitments) : new Map()
      // Without an account the first report says what the window is.
      state.window = isKept ? written.window : Number.NEGATIVE_INFINITY
      forget(compareCommitments(commitments, state.commitments))
    },
    setClock(by) {
      state.offset += by
    },
    forgive(isolate) {
      forgiven.add(isolate)
    },
  }
}
