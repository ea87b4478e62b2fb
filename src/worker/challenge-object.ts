/**
 * The Durable Object that knows which challenges have been redeemed: one shard of all.
 *
 * Each solution is one row that nobody reads again: it is there so that a second one cannot be. An alarm takes away
 * rows that are past their time, so that redemption waits for no cleaning and an idle object ends up empty.
 * @module
 */
import { DurableObject } from 'cloudflare:workers'

/** Base64url of 16 bytes. */
const ID = /^[A-Za-z0-9_-]{22}$/
/** Seconds: no challenge lives longer, however a caller's clock goes. */
const LONGEST = 600
/** Seconds that the clock of a caller may be behind ours: what has just expired for us has not for it. */
const SKEW = 60
/** Milliseconds from the first row to the first cleaning, and between two while rows are left. */
const CLEAN_AFTER = 600_000
const CLEAN_AGAIN = 5000
/** Rows that one cleaning takes away. */
const CLEAN_ROWS = 10_000

export class ChallengeObject extends DurableObject<unknown> {
  readonly #sql: SqlStorage
  #isReady = false

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env)
    this.#sql = ctx.storage.sql
  }

  /**
   * Whether `claim` is the one that has redeemed challenge `id`: the first that asks is, and stays so when it asks
   * again because it did not hear the answer.
   * @param expires Seconds since the epoch.
   * @throws TypeError when something is out of bounds.
   */
  async spend(id: string, claim: string, expires: number): Promise<boolean> {
    const now = Math.floor(Date.now() / 1000)
    if (!ID.test(id) || !ID.test(claim))
      throw new TypeError('ChallengeObject.spend: id and claim have 22 characters')
    if (!Number.isSafeInteger(expires))
      throw new TypeError('ChallengeObject.spend: expires is a whole number')
    await this.#makeReady()
    // No wait between the two: nobody comes in between.
    const until = Math.min(expires, now + LONGEST)
    this.#sql.exec('INSERT OR IGNORE INTO redeemed (id, claim, expires) VALUES (?, ?, ?)', id, claim, until)
    const [row] = this.#sql.exec<{ claim: string }>('SELECT claim FROM redeemed WHERE id = ?', id).toArray()
    return row?.claim === claim
  }

  override async alarm(): Promise<void> {
    const now = Math.floor(Date.now() / 1000)
    const gone =
      'DELETE FROM redeemed WHERE id IN (SELECT id FROM redeemed WHERE expires < ? ORDER BY expires LIMIT ?)'
    const { rowsWritten } = this.#sql.exec(gone, now - SKEW, CLEAN_ROWS)
    const isEmpty = this.#sql.exec('SELECT 1 FROM redeemed LIMIT 1').toArray().length === 0
    if (isEmpty) this.#isReady = false
    else await this.ctx.storage.setAlarm(Date.now() + (rowsWritten >= CLEAN_ROWS ? CLEAN_AGAIN : CLEAN_AFTER))
  }

  /** Once per life of this object in memory, and again after it was emptied. */
  async #makeReady(): Promise<void> {
    if (this.#isReady) return
    this.#sql.exec(
      'CREATE TABLE IF NOT EXISTS redeemed (id TEXT PRIMARY KEY, claim TEXT NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID',
    )
    this.#sql.exec('CREATE INDEX IF NOT EXISTS redeemed_expires ON redeemed (expires)')
    // Storage keeps other calls out while it is asked.
    if ((await this.ctx.storage.getAlarm()) === null)
      await this.ctx.storage.setAlarm(Date.now() + CLEAN_AFTER)
    this.#isReady = true
  }
}
