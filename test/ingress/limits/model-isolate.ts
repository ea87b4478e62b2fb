/** An isolate by the letter of the protocol, one key wide, that spends whatever it may: the worst that can ask. */
import { type Answer, type Report, type Terms, windowOf } from '../../../src/ingress/limits/exchange.ts'

export interface ModelOptions {
  readonly terms: Terms
  readonly allowance: number
  readonly grace: number
}

export interface Posted {
  readonly seq: number
  readonly askedAt: number
  readonly report: Report
}

export class ModelIsolate {
  /** Admissions by window number. */
  readonly admitted = new Map<number, number>()
  readonly #options: ModelOptions
  #window = -1
  #used = 0
  #before = 0
  #held = 0
  #heldUntil = 0
  #grace = 0
  /** Grace used since the last report went. */
  #graceUnsaid = 0
  #refusedUntil = 0
  #seq = 0
  /** The newest report whose answer has come: a call answers once. */
  #answered = 0

  constructor(options: ModelOptions) {
    this.#options = options
  }

  #roll(now: number): void {
    const window = windowOf(0, now, this.#options.terms.period)
    if (window <= this.#window) return
    this.#before = window === this.#window + 1 ? this.#used : 0
    this.#window = window
    this.#used = 0
    this.#held = 0
    this.#grace = this.#options.grace
    this.#graceUnsaid = 0
  }

  request(now: number): void {
    this.#roll(now)
    if (this.#refusedUntil > now) return
    if (this.#heldUntil <= now) this.#held = 0
    if (this.#held > 0) this.#held--
    else if (this.#used < this.#options.allowance) {
      // Free.
    } else if (this.#grace > 0) {
      this.#grace--
      this.#graceUnsaid++
    } else return
    this.#used++
    this.admitted.set(this.#window, (this.admitted.get(this.#window) ?? 0) + 1)
  }

  post(now: number, want: number): Posted {
    this.#roll(now)
    if (this.#heldUntil <= now) this.#held = 0
    this.#graceUnsaid = 0
    const { terms } = this.#options
    const [window, used, before, held] = [this.#window, this.#used, this.#before, this.#held]
    const report = { hi: 7, lo: 0, terms, window, used, before, began: 0, beganBefore: 0, held, want }
    return { seq: ++this.#seq, askedAt: now, report }
  }

  take({ seq, askedAt, report }: Posted, answer: Answer, now: number): void {
    this.#roll(now)
    if (answer.refusedFor > 0) {
      this.#refusedUntil = now + answer.refusedFor
      this.#held = 0
      this.#grace = 0
      return
    }
    if (seq !== this.#seq || seq === this.#answered || report.window !== this.#window || answer.grant === 0)
      return
    this.#answered = seq
    this.#held += answer.grant
    this.#heldUntil = askedAt + Math.min(10_000, Math.max(1000, (report.terms.period * 1000) / 6))
    // What was let through while the question was out is not known to the shard, so it is not given again.
    this.#grace = this.#options.grace - this.#graceUnsaid
  }
}
