import type { LimitModel } from '../../../src/bundle/model.ts'
import type { CounterShards, Exchange, Settlement } from '../../../src/ingress/limits/exchange.ts'
import type { LimitContext, LimitResult } from '../../../src/ingress/limits/limit-check.ts'
import { createLimiter, type Limiter, type LimiterOptions } from '../../../src/ingress/limits/limiter.ts'
import { localShards } from '../../../src/ingress/limits/local-shards.ts'
import { createRequest } from './request.ts'

export const NOW = 1_780_000_000_000

/** What the network does with one exchange. */
export type Fate =
  | { readonly kind: 'answer'; readonly after: number }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reject'; readonly after: number; readonly error?: unknown }
  | { readonly kind: 'throw' }
  | { readonly kind: 'short' }

interface Event {
  readonly at: number
  readonly fire: () => void
}

/** A world with its own time: timers, a network and shards that do what a test says. */
export class World {
  now: number = NOW
  fate: (shard: string, message: Exchange) => Fate = () => ({ kind: 'answer', after: 10 })
  readonly calls: { shard: string; message: Exchange; at: number }[] = []
  readonly kept: Promise<unknown>[] = []
  readonly shards: CounterShards = localShards()
  #events: Event[] = []
  #isolates = 0

  at(ms: number, fire: () => void): () => void {
    const event = { at: this.now + ms, fire }
    this.#events.push(event)
    return () => {
      this.#events = this.#events.filter((other) => other !== event)
    }
  }

  /** Lets time pass, event by event. */
  async run(ms: number): Promise<void> {
    const end = this.now + ms
    for (;;) {
      await flush()
      const next = this.#events.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (next === undefined) break
      this.#events = this.#events.filter((event) => event !== next)
      this.now = Math.max(this.now, next.at)
      next.fire()
    }
    this.now = end
    await flush()
  }

  exchange(shard: string, message: Exchange): Promise<Settlement> | Settlement {
    this.calls.push({ shard, message, at: this.now })
    const fate = this.fate(shard, message)
    if (fate.kind === 'throw') throw new Error('no binding')
    if (fate.kind === 'hang') return new Promise(() => {})
    if (fate.kind === 'short') return { answers: [], isolates: 1, verdicts: [], cursor: 0 }
    return new Promise((resolve, reject) => {
      this.at(fate.after, () => {
        if (fate.kind === 'reject') reject(fate.error ?? new Error('shard is gone'))
        else resolve(this.shards.exchange(shard, message, this.now))
      })
    })
  }

  open(limits: readonly LimitModel[], change: Partial<LimiterOptions> = {}): Limiter {
    return createLimiter(limits, {
      shards: { exchange: (shard, message) => this.exchange(shard, message) },
      secret: new Uint8Array(16),
      timer: (ms, fire) => this.at(ms, fire),
      isolate: ++this.#isolates,
      random: () => 0,
      clock: () => this.now,
      capacity: 1024,
      shardCount: 4,
      ...change,
    })
  }

  context(change: Partial<LimitContext> = {}): LimitContext {
    return { keepAlive: (work) => this.kept.push(work), ...change }
  }
}

async function flush(): Promise<void> {
  for (let n = 0; n < 12; n++) await Promise.resolve()
}

/** An answer that must be at hand. */
export function checkNow(
  limiter: Limiter,
  now: number,
  request: ReturnType<typeof createRequest> = createRequest(),
  context?: LimitContext,
): LimitResult {
  const result = limiter.check(request, now, context)
  if (result instanceof Promise) throw new Error('expected an answer at once')
  return result
}
