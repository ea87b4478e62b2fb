/**
 * Slows down who guesses a token, without shutting out who has it: failures are counted by client.
 * @module
 */

export interface GuessLimit {
  /** Milliseconds until the client may try again; 0 when it may. */
  waitFor(client: string, now: number): number
  fail(client: string, now: number): void
}

export interface GuessOptions {
  /** Failures in a period. */
  readonly most: number
  /** Milliseconds. */
  readonly period: number
  /** Clients that are remembered; who began longest ago is forgotten first. */
  readonly capacity: number
}

interface Failures {
  readonly since: number
  readonly count: number
}

/**
 * A client that can change its address gets more tries than one that cannot. What keeps it out is the length of
 * the token; this keeps its tries cheap and its log short.
 */
export function createGuessLimit({ most, period, capacity }: GuessOptions): GuessLimit {
  const clients = new Map<string, Failures>()
  const current = (client: string, now: number): Failures | undefined => {
    const failures = clients.get(client)
    return failures !== undefined && Math.abs(now - failures.since) < period ? failures : undefined
  }
  return {
    waitFor(client, now) {
      const failures = current(client, now)
      if (failures === undefined || failures.count < most) return 0
      return Math.max(1, Math.min(period, failures.since + period - now))
    },
    fail(client, now) {
      const { since, count } = current(client, now) ?? { since: now, count: 0 }
      const [oldest] = clients.keys()
      if (clients.size >= capacity && oldest !== undefined && !clients.has(client)) clients.delete(oldest)
      clients.set(client, { since, count: count + 1 })
    },
  }
}
