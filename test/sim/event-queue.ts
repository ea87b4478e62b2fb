/**
 * What is to happen when, and the clock that jumps from one event to the next.
 *
 * Events are two numbers and a shared function, in typed arrays: millions of them cost no garbage.
 * @module
 */

export type Handler = (a: number, b: number) => void

export interface EventQueue {
  /** Milliseconds: the time of the event that is happening. */
  readonly now: number
  /** Time of the next event; Infinity when there is none. */
  readonly next: number
  /** Sets the clock to `at`, for something that happens outside the queue. Never before the last event. */
  advance(at: number): void
  /** @returns A ticket for `cancel`. */
  push(at: number, handler: Handler, a: number, b: number): number
  /** An event that has happened, or is cancelled already, is left alone. */
  cancel(ticket: number): void
  /** Lets the next event happen. */
  step(): void
}

/** Events that may wait at the same time, unless said otherwise. */
const CAPACITY = 1 << 21
const IDLE: Handler = () => {}

/** @param capacity Events that may wait at the same time. More throw: the simulated world has run away. */
export function createEventQueue(capacity: number = CAPACITY): EventQueue {
  /** A binary heap of slots, ordered by time and then by the order of arrival. */
  const heap = new Int32Array(capacity)
  const times = new Float64Array(capacity)
  const orders = new Float64Array(capacity)
  const first = new Float64Array(capacity)
  const second = new Float64Array(capacity)
  const handlers: Handler[] = []
  const free: number[] = []
  let size = 0
  let order = 0
  let now = 0

  function isBefore(a: number, b: number): boolean {
    const difference = (times[a] as number) - (times[b] as number)
    return difference < 0 || (difference === 0 && (orders[a] as number) < (orders[b] as number))
  }

  function rise(from: number, slot: number): void {
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent] as number
      if (!isBefore(slot, above)) break
      heap[at] = above
      at = parent
    }
    heap[at] = slot
  }

  function sink(slot: number): void {
    let at = 0
    for (let child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && isBefore(heap[child + 1] as number, heap[child] as number)) child++
      if (!isBefore(heap[child] as number, slot)) break
      heap[at] = heap[child] as number
      at = child
    }
    heap[at] = slot
  }

  return {
    get now() {
      return now
    },
    get next() {
      return size === 0 ? Number.POSITIVE_INFINITY : (times[heap[0] as number] as number)
    },
    advance(at) {
      now = Math.max(now, at)
    },
    push(at, handler, a, b) {
      const slot = free.pop() ?? handlers.length
      if (slot >= capacity) throw new Error(`more than ${capacity} events wait: the simulated world ran away`)
      handlers[slot] = handler
      times[slot] = Math.max(at, now)
      orders[slot] = ++order
      first[slot] = a
      second[slot] = b
      rise(size++, slot)
      return order * capacity + slot
    },
    cancel(ticket) {
      const slot = ticket % capacity
      if (orders[slot] === (ticket - slot) / capacity) handlers[slot] = IDLE
    },
    step() {
      const slot = heap[0] as number
      size--
      if (size > 0) sink(heap[size] as number)
      now = times[slot] as number
      const handler = handlers[slot] ?? IDLE
      // Freed before it happens: a ticket of the past must not cancel an event that took the slot over.
      orders[slot] = -1
      free.push(slot)
      handler(first[slot] as number, second[slot] as number)
    },
  }
}
