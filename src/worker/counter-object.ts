/**
 * The Durable Object that counts for every isolate: one shard of the limits' counters.
 *
 * Counting happens in memory. An idle object loses its memory after about ten seconds, so what must last
 * longer, counts of long periods and refusals in force, is written behind as one packed row: at most one
 * written row per FLUSH_MS, however many clients there are.
 * @module
 */
import { DurableObject } from 'cloudflare:workers'
import { findBadExchange } from '../ingress/limits/check-exchange.ts'
import type { Exchange, Settlement } from '../ingress/limits/exchange.ts'
import { type CounterShard, createSettlement } from '../ingress/limits/settlement.ts'

/** Milliseconds between two writes; what was counted since the last one is lost when the object is killed. */
const FLUSH_MS = 2000
/** Seconds: counts of shorter periods are over by the time an idle object's memory is dropped. */
const MIN_PERIOD = 10
/** Milliseconds between two lines in the log. */
const TOLD_EACH = 60_000
/** Bytes written, within the 2 MB that a row may have. */
const MOST_BYTES = 512 * 1024

export class CounterObject extends DurableObject<unknown> {
  readonly #shard: CounterShard = createSettlement()
  readonly #sql: SqlStorage
  #lastFlush = 0
  #flushPlanned = false
  #rowExists = false
  #told = { at: 0, evicted: 0, mislabelled: 0 }

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env)
    this.#sql = ctx.storage.sql
    // Storage is read synchronously, so no call can come between construction and this.
    this.#restore(Date.now())
  }

  /**
   * Settles a message by this object's clock.
   * @throws TypeError when the message is out of bounds; nothing has been counted then.
   */
  exchange(message: Exchange): Settlement {
    const fault = findBadExchange(message)
    if (fault !== undefined) throw new TypeError(`CounterObject.exchange: ${fault}`)
    const now = Date.now()
    const settlement = this.#shard.exchange(message, now)
    const lasts = message.reports.some(
      ({ terms }, index) =>
        terms.period > MIN_PERIOD || (settlement.answers[index]?.refusedFor ?? 0) > FLUSH_MS,
    )
    if (lasts) this.#plan(now)
    this.#tell(now)
    return settlement
  }

  /** Keys that had to give way, and windows that cannot be, are worth a line; a flood of them is worth one a minute. */
  #tell(now: number): void {
    const { evicted, mislabelled, live } = this.#shard
    const { at } = this.#told
    if (evicted === this.#told.evicted && mislabelled === this.#told.mislabelled) return
    if (Math.abs(now - at) < TOLD_EACH) return
    this.#told = { at: now, evicted, mislabelled }
    console.warn(
      JSON.stringify({ kind: 'counters', shard: this.ctx.id.name ?? '', keys: live, evicted, mislabelled }),
    )
  }

  /**
   * Writes at once when the last write is long ago: sparse requests (slow guessing of passwords) are then
   * never lost, and no timer keeps the object from hibernating. Otherwise a timer takes the rest along.
   */
  #plan(now: number): void {
    if (this.#flushPlanned) return
    const since = now - this.#lastFlush
    if (since >= FLUSH_MS || since < 0) {
      this.#flush(now)
      return
    }
    this.#flushPlanned = true
    setTimeout(() => {
      this.#flushPlanned = false
      this.#flush(Date.now())
    }, FLUSH_MS - since)
  }

  #flush(now: number): void {
    this.#lastFlush = now
    const packed = this.#shard.snapshot(now, {
      minPeriod: MIN_PERIOD,
      minRefusal: FLUSH_MS,
      mostBytes: MOST_BYTES,
    })
    if (packed.length > 0) {
      this.#createTable()
      this.#sql.exec('INSERT OR REPLACE INTO settlement (id, packed) VALUES (1, ?)', packed.buffer)
    } else this.#deleteRow()
  }

  #deleteRow(): void {
    if (!this.#rowExists) return
    this.#sql.exec('DELETE FROM settlement')
    this.#rowExists = false
  }

  #createTable(): void {
    if (this.#rowExists) return
    this.#sql.exec(
      'CREATE TABLE IF NOT EXISTS settlement (id INTEGER PRIMARY KEY CHECK (id = 1), packed BLOB NOT NULL)',
    )
    this.#rowExists = true
  }

  #restore(now: number): void {
    const exists = this.#sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'settlement'").toArray()
    if (exists.length === 0) return
    const [row] = this.#sql
      .exec<{ packed: ArrayBuffer }>('SELECT packed FROM settlement WHERE id = 1')
      .toArray()
    if (row === undefined) return
    this.#rowExists = true
    const restored = this.#shard.restore(new Uint8Array(row.packed), now)
    // All of it is over, or of another release.
    if (restored === 0) this.#deleteRow()
  }
}
