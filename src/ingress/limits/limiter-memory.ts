/**
 * What limits remember between requests, and what outlives the policy they came from: counts, tokens, refusals in
 * force, questions on their way, sums. A publication must not let those go who are refused.
 * @module
 */
import type { Timer } from './deadline.ts'
import type { CounterShards } from './exchange.ts'
import { createExchangeQueue, type ExchangeQueue } from './exchange-queue.ts'
import { createLeaseTable, type LeaseTable } from './lease-table.ts'
import type { QueuePorts, QueueStats } from './queue-ports.ts'
import { createRoomNotes, type RoomNotes } from './room-notes.ts'
import { CLOCK_DISORDER, MAX_QUEUES, TUNING, type Tuning } from './tuning.ts'

export interface MemoryOptions {
  readonly shards: CounterShards
  readonly timer: Timer
  /** Number of this isolate: drawn at random, a whole number below 2⁵³. */
  readonly isolate: number
  /** From 0 up to 1, for jitter. */
  readonly random: () => number
  /** Milliseconds since the epoch. Without it the time is that of the last request. */
  readonly clock?: () => number
  /** Keys known at the same time, 28 bytes each: rounded up to a power of two, at most 2²⁰. */
  readonly capacity?: number
  readonly tuning?: Partial<Tuning>
  /** For shards that answer at once, as in replays: every limit is strict, and each question asked at once. */
  readonly exact?: boolean
}

export interface LimiterMemory {
  readonly table: LeaseTable
  readonly rooms: RoomNotes
  readonly tuning: Tuning
  readonly timer: Timer
  readonly stats: MemoryStats
  /** Takes note of the time of a request; the time to reckon with, which runs back only when a clock was set back. */
  see(now: number): number
  /** The time now, where no request says it; not before `least`, unless the clock has been set back. */
  time(least: number): number
  /** @param name As `nameShard` makes it. */
  queueOf(name: string): ExchangeQueue
  /** Longest refusal of any limit, in milliseconds: longer ones are cut. */
  longest: number
}

export interface MemoryStats extends QueueStats {
  timeouts: number
  skipped: number
  waited: number
  blockedLocally: number
  local: number
}

/** Places for a quarter of a million keys: 7.3 MB. */
const CAPACITY = 2 ** 18
const EXACT: Partial<Tuning> = { burst: Number.POSITIVE_INFINITY, batchMs: 0, pressureBatchMs: 0 }

export function createLimiterMemory(options: MemoryOptions): LimiterMemory {
  const { shards, timer, isolate, random, clock, exact = false } = options
  const tuning: Tuning = { ...TUNING, ...(exact ? EXACT : {}), ...options.tuning }
  const table = createLeaseTable(options.capacity ?? CAPACITY)
  const rooms = createRoomNotes()
  const queues = new Map<string, ExchangeQueue>()
  const stats: MemoryStats = {
    calls: 0,
    reports: 0,
    errors: 0,
    timeouts: 0,
    skipped: 0,
    waited: 0,
    blockedLocally: 0,
    local: 0,
    faults: 0,
  }
  let seq = 0
  let last = 0
  let setBacks = 0

  function see(now: number): number {
    if (now >= last) last = now
    else if (last - now > CLOCK_DISORDER) {
      // Tokens would live longer than their shard believes: none may be spent that were granted before.
      last = now
      setBacks++
      table.dropTokens()
    }
    return last
  }

  const time = (least: number): number => see(clock === undefined ? Math.max(last, least) : clock())

  const memory: LimiterMemory = {
    table,
    rooms,
    tuning,
    timer,
    stats,
    see,
    time,
    queueOf(name) {
      const known = queues.get(name)
      if (known !== undefined) return known
      if (queues.size >= MAX_QUEUES) forgetIdle(queues)
      const queue = createExchangeQueue(name, ports)
      queues.set(name, queue)
      return queue
    },
    longest: 0,
  }
  const ports: QueuePorts = {
    shards,
    timer,
    random,
    table,
    tuning,
    isolate,
    stats,
    nextSeq: () => ++seq,
    time,
    setBacks: () => setBacks,
    longest: () => memory.longest,
    noteRoom: rooms.note,
  }
  return memory
}

/** Makes room: the first that has nothing under way, or else the oldest, whose answers are then lost. */
function forgetIdle(queues: Map<string, ExchangeQueue>): void {
  let oldest: string | undefined
  for (const [name, queue] of queues) {
    oldest ??= name
    if (!queue.isIdle) continue
    queues.delete(name)
    return
  }
  if (oldest !== undefined) queues.delete(oldest)
}
