/**
 * What an isolate knows of each key it counts: what it admitted, what it may still admit, and whether it refuses.
 *
 * Memory is fixed, whatever clients do. A slot is named by its index, which is good until the next `place`.
 * @module
 */
import { BEGAN_PARTS, phaseOf, windowOf } from './exchange.ts'
import {
  BARRED,
  BEFORE,
  COUNT_BITS,
  createLeaseSlots,
  ENDS,
  EPOCH,
  FLAGS,
  GRACE_BITS,
  HELD,
  LAST,
  MAX_COUNT,
  REFUSED,
  STRUCK,
  STRUCK_BEFORE,
  TAKEN,
  TICK,
  TICKS_PER_SECOND,
  TOLD,
  tickOf,
  ticksUntil,
  UNTIL,
  USED,
} from './lease-slots.ts'

/** Most that fits into a byte: tokens held, the last grant, strikes. */
const MAX_BYTE = 255

export interface LeaseTable {
  /** Size of the table, all keys included. */
  readonly bytes: number
  /** Keys that gave way to others although their window was not over. */
  readonly evicted: number
  /** The key's slot, or -1. */
  find(hi: number, lo: number): number
  /** The key's slot; made when it has none. */
  place(hi: number, lo: number, now: number): number
  /**
   * Brings a slot into the window that `now` lies in. A clock that is a little behind does not bring a window back.
   * @param period Seconds.
   * @param grace What a new window begins with.
   */
  roll(slot: number, lo: number, period: number, grace: number, now: number): void
  /** Number of the window that the slot is in. */
  windowAt(slot: number, lo: number, period: number, now: number): number
  /** Admitted in the slot's window, and in the one before. */
  used(slot: number): number
  before(slot: number): number
  /** When the first of each of these was admitted: parts of its window. */
  began(slot: number): number
  beganBefore(slot: number): number
  /** Tokens that may be spent now. */
  held(slot: number, now: number): number
  /** Tokens that came with the last grant. */
  lastGrant(slot: number): number
  grace(slot: number): number
  /** Whether the key was refused in the window before, or in this one: it gets no allowance then. */
  wasRefused(slot: number): boolean
  /** Counts `points`: tokens are spent first, then grace if there is no `allowance` left. */
  spend(slot: number, points: number, allowance: number, period: number, now: number): void
  /** Undoes the use of one token in a window that is not yet two ago. */
  giveBack(slot: number, window: number, current: number, now: number): void
  /** Adds tokens; renews those held, as the shard has done. Nothing while the key is refused. */
  grant(slot: number, tokens: number, grace: number, until: number, now: number): void
  refuse(slot: number, until: number, strikes: number, now: number): void
  /** Milliseconds for which the key is refused, or 0. What lasts longer than `longest` is from a clock that was set back. */
  refusedFor(slot: number, now: number, longest: number): number
  /** Strikes of the refusal in force that nobody has been told of; 0 when there are none. Tells them once. */
  tellStrikes(slot: number): number
  /** Lets all tokens go: the clock was set back, and they could outlive what the shard thinks of them. */
  dropTokens(): void
}

/** @param capacity Slots; rounded up to a power of two from 16 to 2²⁰. 28 bytes each. */
export function createLeaseTable(capacity: number): LeaseTable {
  const slots = createLeaseSlots(capacity)
  const { word, setWord, byte, setByte } = slots
  let epoch = 0

  const hasFlag = (slot: number, flag: number): boolean => (byte(slot, FLAGS) & flag) !== 0
  const setFlag = (slot: number, flag: number): void => setByte(slot, FLAGS, byte(slot, FLAGS) | flag)

  const count = (slot: number, field: number): number => word(slot, field) & MAX_COUNT

  /** The part of the slot's window that `now` lies in. */
  function partAt(slot: number, period: number, now: number): number {
    const ticks = period * TICKS_PER_SECOND
    const part = Math.floor(BEGAN_PARTS * (1 - ticksUntil(word(slot, ENDS), tickOf(now)) / ticks))
    return Math.min(BEGAN_PARTS - 1, Math.max(0, part))
  }

  function setGrace(slot: number, grace: number): void {
    setByte(slot, FLAGS, (byte(slot, FLAGS) & ~GRACE_BITS) | Math.min(GRACE_BITS, grace))
  }

  function held(slot: number, now: number): number {
    if (byte(slot, HELD) === 0 || hasFlag(slot, REFUSED) || byte(slot, EPOCH) !== epoch) return 0
    return ticksUntil(word(slot, UNTIL), tickOf(now)) > 0 ? byte(slot, HELD) : 0
  }

  function isRefused(slot: number, now: number): boolean {
    return hasFlag(slot, REFUSED) && ticksUntil(word(slot, UNTIL), tickOf(now)) > 0
  }

  /**
   * Starts the window that ends at `ends`; `ahead` ticks after the slot's, which may be far or negative.
   * @param barred Whether there is no grace, as a refusal goes on. After one that is over, the first requests need
   * not wait: grace is part of what a window may admit anyway.
   */
  function startWindow(
    slot: number,
    ends: number,
    ahead: number,
    ticks: number,
    grace: number,
    barred: boolean,
  ): void {
    const refused = hasFlag(slot, REFUSED)
    // A refusal that ended in this window, or goes on: the key is as it was in the window before.
    const since = refused ? ticksUntil(ends, word(slot, UNTIL)) : ahead
    const isRecent = since <= ticks && (refused || since > 0)
    const flags = byte(slot, FLAGS)
    const struck = isRecent && (flags & STRUCK) !== 0 ? STRUCK_BEFORE : 0
    setWord(slot, BEFORE, ahead === ticks ? word(slot, USED) : 0)
    setWord(slot, USED, 0)
    setWord(slot, ENDS, ends)
    if (!isRecent) setByte(slot, LAST, 0)
    if (!refused) setByte(slot, HELD, 0)
    setByte(
      slot,
      FLAGS,
      TAKEN | (barred ? BARRED : 0) | struck | (refused ? flags & (REFUSED | TOLD | STRUCK) : 0),
    )
    setGrace(slot, barred ? 0 : grace)
  }

  function endRefusal(slot: number): void {
    setByte(slot, HELD, 0)
    setByte(slot, FLAGS, byte(slot, FLAGS) & ~(REFUSED | TOLD))
  }

  return {
    bytes: slots.bytes,
    get evicted() {
      return slots.evicted
    },
    find: slots.find,
    place(hi, lo, now) {
      const slot = slots.find(hi, lo)
      return slot >= 0 ? slot : slots.take(hi, lo, tickOf(now))
    },
    roll(slot, lo, period, grace, now) {
      const ticks = period * TICKS_PER_SECOND
      const ends = endOf(lo, period, now)
      const ahead = ticksUntil(ends, word(slot, ENDS))
      // A clock that is behind by less than a window does not bring the last one back.
      if (ahead > 0 || ahead < -ticks) startWindow(slot, ends, ahead, ticks, grace, isRefused(slot, now))
      if (hasFlag(slot, REFUSED) && !isRefused(slot, now)) endRefusal(slot)
    },
    windowAt(slot, lo, period, now) {
      const ahead = ticksUntil(word(slot, ENDS), endOf(lo, period, now))
      return windowOf(lo, now, period) + Math.round(ahead / (period * TICKS_PER_SECOND))
    },
    used: (slot) => count(slot, USED),
    before: (slot) => count(slot, BEFORE),
    began: (slot) => word(slot, USED) >>> COUNT_BITS,
    beganBefore: (slot) => word(slot, BEFORE) >>> COUNT_BITS,
    held,
    lastGrant: (slot) => byte(slot, LAST),
    grace: (slot) => byte(slot, FLAGS) & GRACE_BITS,
    wasRefused: (slot) => hasFlag(slot, STRUCK | STRUCK_BEFORE),
    spend(slot, points, allowance, period, now) {
      const tokens = hasFlag(slot, REFUSED) ? 0 : Math.min(held(slot, now), points)
      if (tokens > 0) setByte(slot, HELD, byte(slot, HELD) - tokens)
      const before = count(slot, USED)
      const used = Math.min(MAX_COUNT, before + points)
      const began = before === 0 ? partAt(slot, period, now) : word(slot, USED) >>> COUNT_BITS
      setWord(slot, USED, (began * 2 ** COUNT_BITS + used) >>> 0)
      if (tokens < points && used > allowance) {
        setGrace(slot, Math.max(0, (byte(slot, FLAGS) & GRACE_BITS) - (points - tokens)))
      }
    },
    giveBack(slot, window, current, now) {
      const field = window === current ? USED : window === current - 1 ? BEFORE : -1
      if (field < 0 || count(slot, field) === 0) return
      setWord(slot, field, word(slot, field) - 1)
      const isLive = ticksUntil(word(slot, UNTIL), tickOf(now)) > 0 && byte(slot, EPOCH) === epoch
      if (field === USED && isLive && !hasFlag(slot, REFUSED) && byte(slot, HELD) < MAX_BYTE) {
        setByte(slot, HELD, byte(slot, HELD) + 1)
      }
    },
    grant(slot, tokens, grace, until, now) {
      if (hasFlag(slot, REFUSED)) return
      setByte(slot, HELD, Math.min(MAX_BYTE, held(slot, now) + tokens))
      setByte(slot, EPOCH, epoch)
      setWord(slot, UNTIL, tickOf(until))
      if (tokens === 0) return
      setByte(slot, LAST, Math.min(MAX_BYTE, tokens))
      setByte(slot, FLAGS, byte(slot, FLAGS) & ~BARRED)
      setGrace(slot, grace)
    },
    refuse(slot, until, strikes, now) {
      const known = isRefused(slot, now) && byte(slot, HELD) === Math.min(MAX_BYTE, strikes)
      const end = tickOf(until + TICK - 1)
      // A slot made for this refusal has no window: it counts as refused lately when the refusal ends.
      if (word(slot, ENDS) === 0) setWord(slot, ENDS, end)
      setWord(slot, UNTIL, end)
      setByte(slot, HELD, Math.min(MAX_BYTE, strikes))
      setFlag(slot, REFUSED | STRUCK | BARRED)
      setGrace(slot, 0)
      if (!known) setByte(slot, FLAGS, byte(slot, FLAGS) & ~TOLD)
    },
    refusedFor(slot, now, longest) {
      if (!isRefused(slot, now)) return 0
      const left = ticksUntil(word(slot, UNTIL), tickOf(now)) * TICK
      if (left <= longest + TICK) return left
      endRefusal(slot)
      return 0
    },
    tellStrikes(slot) {
      if (!hasFlag(slot, REFUSED) || hasFlag(slot, TOLD)) return 0
      setFlag(slot, TOLD)
      return byte(slot, HELD)
    },
    dropTokens() {
      epoch = (epoch + 1) & MAX_BYTE
    },
  }
}

/** The tick at which the window that `now` lies in ends: names the window as well as its number does. */
function endOf(lo: number, period: number, now: number): number {
  return tickOf((windowOf(lo, now, period) + 1) * period * 1000 - phaseOf(lo, period))
}
