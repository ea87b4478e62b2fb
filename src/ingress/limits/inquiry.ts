/**
 * Whether a limit is about a request: because it may refuse it, because it counts it, or both.
 * @module
 */
import type { RequestFacts } from '../../http/facts.ts'
import type { CompiledLimit } from './compiled-limit.ts'
import type { LimitContext } from './limit-check.ts'

/** A limit that a request is about. */
export interface Inquiry {
  readonly limit: CompiledLimit
  readonly facts: RequestFacts
  readonly context: LimitContext
  /** Whether the limit may refuse the request, and whether it counts it. */
  readonly acts: boolean
  readonly counts: boolean
}

/** `undefined` when the limit has nothing to do with the request. */
export function inquire(
  limit: CompiledLimit,
  facts: RequestFacts,
  context: LimitContext,
): Inquiry | undefined {
  if (!limit.matches(facts.host.name, facts.target.path, facts.method)) return undefined
  const { id, counting, filter } = limit.model
  const { expressions } = context
  const acts = filter === undefined || expressions === undefined || expressions.matches(id)
  const counts =
    counting === undefined
      ? acts
      : counting.readsResponse || expressions === undefined || expressions.counts(id)
  return acts || counts ? { limit, facts, context, acts, counts } : undefined
}
