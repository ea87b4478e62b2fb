/**
 * A request that waits for a shard's answer, for as long as its limit allows.
 * @module
 */
import type { LimiterMemory } from './limiter-memory.ts'
import type { Turn, Turns, Verdict } from './turn.ts'

/** A request that waits. */
export interface WaitingTurn {
  readonly turn: Turn
  /** Resolves when there is a verdict, at the limit's deadline at the latest; never rejects. */
  finish(now: number): Promise<void>
  /** Waits no longer. */
  giveUp(now: number): void
}

/**
 * Asks for an answer to wait for. Decides at once when there is no hope for one, or when too many wait already, and
 * gives nothing back then. The question has not been sent yet when this returns: see `ExchangeQueue.kick`.
 */
export function waitForTurn(
  turn: Turn,
  turns: Turns,
  memory: LimiterMemory,
  now: number,
): WaitingTurn | undefined {
  const { queue, counted, hi, lo, pressure } = turn
  const { stats } = memory
  const isHopeful = queue.answersWithin(counted.timeout, now)
  const question = queue.ask(hi, lo, counted, isHopeful ? 'wait' : 'urgent', now, pressure)
  if (!isHopeful) stats.skipped++
  let tell = (): void => {}

  function decide(verdict: Verdict): void {
    turn.verdict = verdict
    tell()
  }
  const waiter = {
    retry(at: number): boolean {
      const verdict = turns.take(turn, at)
      if (verdict !== 'wait') decide(verdict)
      return verdict !== 'wait'
    },
    fail: (at: number): void => decide(turns.decideAlone(turn, at)),
  }
  if (!isHopeful || question === undefined || !queue.join(question, waiter)) {
    waiter.fail(now)
    return undefined
  }
  turn.verdict = 'wait'

  return {
    turn,
    giveUp(at) {
      if (turn.verdict !== 'wait') return
      queue.leave(question, waiter, at)
      waiter.fail(at)
    },
    finish(since) {
      if (turn.verdict !== 'wait') return Promise.resolve()
      stats.waited++
      return new Promise((resolve) => {
        // Each request has a timer of its own: one that belongs to another may end with that.
        const cancel = memory.timer(counted.timeout, () => {
          if (turn.verdict !== 'wait') return
          stats.timeouts++
          const end = memory.time(since + counted.timeout)
          queue.leave(question, waiter, end)
          waiter.fail(end)
        })
        tell = () => {
          cancel()
          resolve()
        }
      })
    },
  }
}
