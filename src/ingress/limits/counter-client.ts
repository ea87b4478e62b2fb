/**
 * Asks counters that may be slow, broken or gone, and always comes back with something.
 * @module
 */
import { type Circuit, createCircuit } from './circuit.ts'
import type { Count, Counters, Hit } from './counters.ts'
import { awaitWithin, type Failure, type Timer } from './deadline.ts'

/** Why there is no count; `skipped` was not asked, as its shard's circuit is open. */
export type Failed = Failure | 'skipped'

export interface Inquiry {
  readonly hit: Hit
  /** Milliseconds. */
  readonly timeout: number
}

export interface CounterClient {
  readonly stats: {
    readonly calls: number
    readonly errors: number
    readonly timeouts: number
    readonly skipped: number
  }
  /**
   * Answers in the order of the inquiries, at once when all answers are at hand. Never throws or rejects.
   * @param onLate Told the index and the answer of what came after its timeout.
   */
  ask(
    inquiries: readonly Inquiry[],
    now: number,
    onLate: (index: number, count: Count) => void,
  ): readonly (Count | Failed)[] | Promise<readonly (Count | Failed)[]>
}

type Answer = Count | Failed

export function createCounterClient(counters: Counters, timer: Timer): CounterClient {
  const circuits: readonly Circuit[] = Array.from({ length: counters.shards }, createCircuit)
  const stats = { calls: 0, errors: 0, timeouts: 0, skipped: 0 }

  function findCircuit(hit: Hit): Circuit | undefined {
    return circuits[counters.shardOf(hit.key)]
  }

  /** Circuits see one failure per request and shard: limits that share a call fail together. */
  function report(inquiries: readonly Inquiry[], answers: readonly Answer[], now: number): void {
    const failed = new Set<Circuit>()
    for (const [index, { hit }] of inquiries.entries()) {
      const answer = answers[index]
      const circuit = findCircuit(hit)
      if (answer === 'skipped' || circuit === undefined) continue
      if (answer === 'error') stats.errors++
      if (answer === 'timeout') stats.timeouts++
      if (typeof answer === 'string') failed.add(circuit)
      else circuit.succeed()
    }
    for (const circuit of failed) circuit.fail(now)
  }

  function hitAll(hits: readonly Hit[], now: number): readonly (Count | Promise<Count> | Failed)[] {
    stats.calls++
    try {
      return counters.hit(hits, now)
    } catch {
      return hits.map(() => 'error')
    }
  }

  function ask(
    inquiries: readonly Inquiry[],
    now: number,
    onLate: (index: number, count: Count) => void,
  ): readonly Answer[] | Promise<readonly Answer[]> {
    const asked = admit(inquiries, now)
    const found =
      asked.length > 0
        ? hitAll(
            asked.map(({ hit }) => hit),
            now,
          )
        : []
    let next = 0
    let waits = false
    const answers = inquiries.map((inquiry, index): Answer | Promise<Answer> => {
      if (asked[next] !== inquiry) return 'skipped'
      const answer = found[next++] ?? 'error'
      if (!(answer instanceof Promise)) return answer
      waits = true
      return awaitWithin(answer, inquiry.timeout, timer, (count) => onLate(index, count))
    })
    if (waits) {
      return Promise.all(answers).then((settled) => {
        report(inquiries, settled, now)
        return settled
      })
    }
    const settled = answers as readonly Answer[]
    report(inquiries, settled, now)
    return settled
  }

  /** One decision per shard and request, so that all its hits go along with the one that tries a circuit. */
  function admit(inquiries: readonly Inquiry[], now: number): readonly Inquiry[] {
    const admitted = new Map<Circuit | undefined, boolean>()
    return inquiries.filter(({ hit }) => {
      const circuit = findCircuit(hit)
      const admits = admitted.get(circuit) ?? circuit?.admits(now) ?? true
      admitted.set(circuit, admits)
      if (!admits) stats.skipped++
      return admits
    })
  }

  return { stats, ask }
}
