/**
 * The Durable Object that counts for every isolate: one shard of the limits' counters.
 *
 * Counting happens in memory. An idle object loses its memory after about ten seconds, so what must last
 * longer, counts of long periods and refusals in force, is written behind as one packed row: at most one
 * written row per FLUSH_MS, however many clients there are.
 * @module
 */
import { DurableObject } from 'cloudflare:workers'
import { type Count, findBadHit, type Hit } from '../ingress/limits/counters.ts'
import { createWindowTable, type WindowTable } from '../ingress/limits/window-table.ts'

/** Keys counted at the same time in one shard: 2 MB. */
const CAPACITY = 65_536
/** Milliseconds between two writes; what was counted since the last one is lost when the object is killed. */
const FLUSH_MS = 2000
/** Seconds: counts of shorter periods are over by the time an idle object's memory is dropped. */
const MIN_PERIOD = 10
/** Entries written: 256 KiB, within the 2 MB that a row may have. */
const MOST_ENTRIES = 8192

export class CounterObject extends DurableObject<unknown> {
  readonly #table: WindowTable = createWindowTable({ capacity: CAPACITY })
  readonly #sql: SqlStorage
  #lastFlush = 0
  #flushPlanned = false
  #rowExists = false

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env)
    this.#sql = ctx.storage.sql
    // Storage is read synchronously, so no call can come between construction and this.
    this.#restore(Date.now())
  }

  /**
   * Counts every hit once, by this object's clock, and answers in order.
   * @throws TypeError when the hits are malformed or too many; nothing has been counted then.
   */
  hit(hits: readonly Hit[]): readonly Count[] {
    const fault = findBadHit(hits)
    if (fault !== undefined) throw new TypeError(`CounterObject.hit: ${fault}`)
    const now = Date.now()
    const counts = this.#table.hit(hits, now)
    const lasting = hits.some(
      (hit, index) => hit.period > MIN_PERIOD || (counts[index]?.until ?? 0) > now + FLUSH_MS,
    )
    if (lasting) this.#plan(now)
    return counts
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
    const packed = this.#table.snapshot(now, { minPeriod: MIN_PERIOD, most: MOST_ENTRIES })
    if (packed.length > 0) {
      this.#createTable()
      this.#sql.exec('INSERT OR REPLACE INTO window_table (id, packed) VALUES (1, ?)', packed.buffer)
    } else if (this.#rowExists) {
      this.#sql.exec('DELETE FROM window_table')
      this.#rowExists = false
    }
  }

  #createTable(): void {
    if (this.#rowExists) return
    this.#sql.exec(
      'CREATE TABLE IF NOT EXISTS window_table (id INTEGER PRIMARY KEY CHECK (id = 1), packed BLOB NOT NULL)',
    )
    this.#rowExists = true
  }

  #restore(now: number): void {
    const exists = this.#sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'window_table'").toArray()
    if (exists.length === 0) return
    const [row] = this.#sql
      .exec<{ packed: ArrayBuffer }>('SELECT packed FROM window_table WHERE id = 1')
      .toArray()
    if (row === undefined) return
    this.#rowExists = true
    this.#table.restore(new Uint8Array(row.packed), now)
  }
}
