/**
 * The Durable Object that watches one data centre: takes the reports of its isolates, finds who floods and what
 * is attacked, and hands out the orders of control. It does all that when a report comes, and sleeps otherwise.
 *
 * What it has learned is written behind as one row, at most one each minute: it would else begin to learn anew
 * each time it wakes.
 * @module
 */
import { DurableObject } from 'cloudflare:workers'
import { type ColoWatch, createColoWatch } from '../ingress/dos/colo-watch.ts'
import { createOrdersRelay, type OrdersRelay } from '../ingress/dos/orders-relay.ts'
import type { Orders, WatchReport } from '../ingress/dos/watch-protocol.ts'
import { type ControlNamespace, reachControl } from './control-calls.ts'
import { drawHex } from './draw-hex.ts'
import { startTimer } from './start-timer.ts'

/** The part of the bindings that is used. */
interface WatchEnv {
  readonly CONTROL: ControlNamespace
}

/** Milliseconds between two lines in the log about the same trouble. */
const TOLD_EACH = 60_000
const TABLE =
  'CREATE TABLE IF NOT EXISTS learned (id INTEGER PRIMARY KEY CHECK (id = 1), saved TEXT NOT NULL)'

export class WatchObject extends DurableObject<WatchEnv> {
  readonly #watch: ColoWatch
  readonly #relay: OrdersRelay
  readonly #colo: string
  readonly #sql: SqlStorage
  #toldAt = 0

  constructor(ctx: DurableObjectState, env: WatchEnv) {
    super(ctx, env)
    this.#sql = ctx.storage.sql
    this.#colo = ctx.id.name?.split(':').at(-1) ?? ''
    this.#watch = createColoWatch({ drawId: () => drawHex(8), saved: this.#read() })
    this.#relay = createOrdersRelay({
      colo: this.#colo,
      watch: this.#watch,
      drawId: () => drawHex(8),
      callControl: async (report) => reachControl(env.CONTROL).report(report),
      timer: startTimer,
      onFailure: (failures) => this.#tell(failures),
    })
  }

  /** @returns What holds now; `undefined` when the isolate knows already, or nothing is known. */
  async exchange(report: WatchReport): Promise<Orders | undefined> {
    const now = Date.now()
    const orders = await this.#relay.exchange(report, now)
    this.#save(now)
    return orders
  }

  #save(now: number): void {
    const saved = this.#watch.save(now)
    if (saved === undefined) return
    this.#sql.exec(TABLE)
    this.#sql.exec('INSERT OR REPLACE INTO learned (id, saved) VALUES (1, ?)', saved)
  }

  #read(): string | undefined {
    const found = this.#sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'learned'").toArray()
    if (found.length === 0) return undefined
    const [row] = this.#sql.exec<{ saved: string }>('SELECT saved FROM learned WHERE id = 1').toArray()
    return row?.saved
  }

  /** The orders that were heard last stay in force; bans found here act here. */
  #tell(failures: number): void {
    const now = Date.now()
    if (Math.abs(now - this.#toldAt) < TOLD_EACH) return
    this.#toldAt = now
    console.error(JSON.stringify({ kind: 'watch', event: 'control-unreachable', colo: this.#colo, failures }))
  }
}
