/**
 * The Durable Object that knows what holds in the whole deployment: bans, pardons and attack states. There is
 * one. The data centres' watches call it each few seconds, and operators through the API.
 *
 * All is in memory; each change is one written row, so that nothing is lost when the object hibernates.
 * @module
 */
import { DurableObject } from 'cloudflare:workers'
import type { BanRequest } from '../ingress/dos/ban-request.ts'
import { type Control, createControl, type LiftTarget } from '../ingress/dos/orders-control.ts'
import type { ControlAnswer, ControlReport } from '../ingress/dos/orders-exchange.ts'
import type { OverrideRequest } from '../ingress/dos/orders-override.ts'
import { isAttack, isBan, isSource } from '../ingress/dos/orders-shape.ts'
import type { Orders } from '../ingress/dos/watch-protocol.ts'
import type { AttackAnswer, BanAnswer, ControlCalls, LiftAnswer } from './control-calls.ts'
import { drawHex } from './draw-hex.ts'

const TABLE =
  'CREATE TABLE IF NOT EXISTS notes (kind TEXT, name TEXT, note TEXT NOT NULL, PRIMARY KEY (kind, name)) WITHOUT ROWID'

export class ControlObject extends DurableObject<unknown> implements ControlCalls {
  readonly #control: Control = createControl({ drawId: () => drawHex(8) })
  readonly #sql: SqlStorage
  #tableExists = false

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env)
    this.#sql = ctx.storage.sql
    // Storage is read synchronously, so no call can come between construction and this.
    this.#restore(Date.now())
  }

  async report(report: ControlReport): Promise<ControlAnswer> {
    const { bans, attacks } = report
    const sound = { ...report, bans: bans.filter(isBan), attacks: attacks.filter(isAttack) }
    const answer = this.#control.report(sound, Date.now())
    this.#write()
    return answer
  }

  async orders(): Promise<Orders> {
    return this.#control.orders(Date.now())
  }

  async ban(request: BanRequest): Promise<BanAnswer> {
    const now = Date.now()
    const ban = this.#control.ban(request, now)
    this.#write()
    return { ban, orders: this.#control.orders(now) }
  }

  async lift(target: LiftTarget): Promise<LiftAnswer> {
    const now = Date.now()
    const lifted = this.#control.lift(target, now)
    this.#write()
    return { lifted, orders: this.#control.orders(now) }
  }

  async override(request: OverrideRequest): Promise<AttackAnswer> {
    const now = Date.now()
    const attack = this.#control.override(request, now)
    this.#write()
    return { attack, orders: this.#control.orders(now) }
  }

  async release(host: string, route: string): Promise<AttackAnswer> {
    const now = Date.now()
    const attack = this.#control.release(host, route, now)
    this.#write()
    return { ...(attack ? { attack } : {}), orders: this.#control.orders(now) }
  }

  /** Writes without a pause between them are one transaction. */
  #write(): void {
    const { sources, overrides } = this.#control.drain()
    this.#writeKind('source', sources)
    this.#writeKind('override', overrides)
  }

  #writeKind(kind: string, notes: ReadonlyMap<string, unknown>): void {
    if (notes.size > 0 && !this.#tableExists) {
      this.#sql.exec(TABLE)
      this.#tableExists = true
    }
    for (const [name, note] of notes) {
      if (note === undefined) this.#sql.exec('DELETE FROM notes WHERE kind = ? AND name = ?', kind, name)
      else
        this.#sql.exec(
          'INSERT OR REPLACE INTO notes (kind, name, note) VALUES (?, ?, ?)',
          kind,
          name,
          JSON.stringify(note),
        )
    }
  }

  #restore(now: number): void {
    const found = this.#sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'notes'").toArray()
    if (found.length === 0) return
    this.#tableExists = true
    const rows = this.#sql.exec<{ note: string }>('SELECT note FROM notes').toArray()
    const notes: unknown[] = rows.map(({ note }) => parseNote(note))
    this.#control.restore({ sources: notes.filter(isSource), overrides: notes.filter(isAttack) }, now)
    this.#write()
  }
}

/** `undefined` for what is no JSON: one bad row must not cost all other bans, and the object with them. */
function parseNote(note: string): unknown {
  try {
    return JSON.parse(note)
  } catch {
    return undefined
  }
}
